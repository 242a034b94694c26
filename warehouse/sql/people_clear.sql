-- Takes out what was known of the articles in `todo`; `touched` keeps whom they were credited to.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT author_id FROM article_authors WHERE article_id IN (SELECT article_id FROM todo);

DELETE FROM article_authors WHERE article_id IN (SELECT article_id FROM todo);

DELETE FROM photo_credits WHERE article_id IN (SELECT article_id FROM todo);
