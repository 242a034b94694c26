-- The articles in `todo` stand for nothing in the index any more. Their rows stay until their segment is merged: looking
-- for them among all rows of all segments would cost a day's load more than all else.
INSERT INTO main.search_dead
SELECT doc, article_id, segment FROM main.search_documents SEMI JOIN todo USING (article_id);

DELETE FROM main.search_documents WHERE article_id IN (SELECT article_id FROM todo);

-- Texts of which a redaction leaves nothing.
CREATE OR REPLACE TEMP TABLE purged AS
SELECT doc, segment FROM main.search_dead SEMI JOIN main.search_purged USING (article_id) SEMI JOIN todo USING (article_id);
