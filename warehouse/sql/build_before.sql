-- What the derived tables said about the addresses in `todo` before this build: the articles to replace, and the versions.
CREATE OR REPLACE TEMP TABLE replaced AS
SELECT DISTINCT article_id FROM addresses SEMI JOIN todo USING (source_id, canonical_url) WHERE article_id IS NOT NULL;
