-- The addresses whose captures may have to be read: those that something came in for, and others of the same articles.
CREATE OR REPLACE TEMP TABLE pending_asked AS
WITH noted AS MATERIALIZED (
  SELECT DISTINCT source_id, canonical_url FROM unread_addresses WHERE source_id IN (SELECT unnest($sources))
)
FROM noted
UNION
SELECT other.source_id, other.canonical_url
FROM addresses known
SEMI JOIN noted USING (source_id, canonical_url)
JOIN addresses other ON other.article_id = known.article_id AND other.source_id = known.source_id;
