-- What the derived tables said about the addresses in `todo` before this build: the articles to replace, and the versions.
CREATE OR REPLACE TEMP TABLE replaced AS
SELECT a.article_id, a.status, a.url, a.first_seen, a.version_id, v.reader_version
FROM articles a LEFT JOIN versions v USING (version_id)
WHERE a.article_id IN (SELECT article_id FROM addresses SEMI JOIN todo USING (source_id, canonical_url));
