-- What the derived tables said about the addresses in `todo` before this build: the articles to replace, their versions, and
-- the derived rows of the addresses themselves.
CREATE OR REPLACE TEMP TABLE replaced_ids AS
SELECT DISTINCT article_id FROM addresses SEMI JOIN todo USING (source_id, canonical_url) WHERE article_id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE replaced_versions AS
SELECT version_id, reader_version FROM versions WHERE article_id IN (SELECT article_id FROM replaced_ids);

CREATE OR REPLACE TEMP TABLE replaced AS
SELECT a.article_id, a.status, a.url, a.first_seen, a.version_id, a.canonical_url, v.reader_version
FROM (
  SELECT article_id, status, url, first_seen, version_id, canonical_url
  FROM articles
  WHERE article_id IN (SELECT article_id FROM replaced_ids)
) a
LEFT JOIN replaced_versions v USING (version_id);
