-- The articles in `touched` that have a text to compare.
SELECT moment, article_id, source_id, exact FROM story_signatures SEMI JOIN touched USING (article_id);
