-- The articles whose story may have changed: those in `todo`, and all of the stories that these were in.
CREATE OR REPLACE TEMP TABLE touched AS
SELECT article_id FROM todo
UNION
SELECT article_id
FROM story_members
WHERE story_id IN (SELECT story_id FROM story_members SEMI JOIN todo USING (article_id));
