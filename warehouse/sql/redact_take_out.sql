-- Takes the articles of `redactions` out of every table; what is derived of them goes with the next derivation. Addresses
-- that stay and may say something else without what goes (they repeat a payload, lead there, or shared the article) are
-- built again.
INSERT INTO unbuilt (source_id, canonical_url)
WITH RECURSIVE
referring AS (
  SELECT capture_id, source_id, canonical_url
  FROM captures
  WHERE capture_id IN (SELECT capture_id FROM redacted_captures)
  UNION
  SELECT c.capture_id, c.source_id, c.canonical_url
  FROM captures c JOIN referring r ON c.refers_to = r.capture_id
  WHERE c.outcome IN ('not-modified', 'unchanged') AND c.purpose = 'article'
),
keys AS (SELECT source_id, kind, key FROM address_keys SEMI JOIN redacted_addresses USING (source_id, canonical_url)),
near AS (
  SELECT source_id, canonical_url FROM referring
  UNION
  SELECT k.source_id, k.canonical_url FROM address_keys k SEMI JOIN keys USING (source_id, kind, key)
  UNION
  SELECT k.source_id, k.canonical_url
  FROM address_keys k JOIN redacted_addresses r ON k.source_id = r.source_id AND k.key = r.canonical_url
  WHERE k.kind IN ('canonical', 'redirect')
  UNION
  SELECT source_id, key FROM keys WHERE kind IN ('canonical', 'redirect')
  UNION
  SELECT source_id, canonical_url
  FROM addresses
  WHERE article_id IN (SELECT article_id FROM addresses SEMI JOIN redacted_addresses USING (source_id, canonical_url))
)
SELECT near.source_id, near.canonical_url
FROM near
SEMI JOIN addresses USING (source_id, canonical_url)
ANTI JOIN redacted_addresses USING (source_id, canonical_url);

-- Those that stay may have told the same text before.
INSERT INTO search_purged
SELECT article_id FROM redacted_articles
UNION
SELECT article_id FROM addresses SEMI JOIN unbuilt USING (source_id, canonical_url) WHERE article_id IS NOT NULL;

INSERT INTO underived (derivation, article_id)
SELECT d.name, a.article_id
FROM (SELECT DISTINCT article_id FROM search_purged SEMI JOIN articles USING (article_id)) a
CROSS JOIN derivations d;

CREATE OR REPLACE TEMP TABLE redacted_contents AS
SELECT DISTINCT content_id FROM readings SEMI JOIN redacted_captures USING (capture_id);

DELETE FROM readings WHERE capture_id IN (SELECT capture_id FROM redacted_captures);

DELETE FROM contents
WHERE content_id IN (SELECT content_id FROM redacted_contents) AND content_id NOT IN (SELECT content_id FROM readings);

DELETE FROM captures WHERE capture_id IN (SELECT capture_id FROM redacted_captures);

DELETE FROM version_captures WHERE article_id IN (SELECT article_id FROM redacted_articles);

DELETE FROM versions WHERE article_id IN (SELECT article_id FROM redacted_articles);

DELETE FROM articles WHERE article_id IN (SELECT article_id FROM redacted_articles);

DELETE FROM corrections WHERE article_id IN (SELECT article_id FROM redacted_articles);

DELETE FROM corrected_articles WHERE article_id IN (SELECT article_id FROM redacted_articles);

DELETE FROM corrected_texts WHERE version_id NOT IN (SELECT version_id FROM versions);

DELETE FROM addresses USING redacted_addresses r
WHERE addresses.source_id = r.source_id AND addresses.canonical_url = r.canonical_url;

DELETE FROM address_keys USING redacted_addresses r
WHERE address_keys.source_id = r.source_id AND address_keys.canonical_url = r.canonical_url;

DELETE FROM gaps USING redacted_addresses r
WHERE gaps.source_id = r.source_id AND gaps.canonical_url = r.canonical_url;

DELETE FROM candidates USING redacted_addresses r
WHERE candidates.source_id = r.source_id AND candidates.canonical_url = r.canonical_url;

DELETE FROM unbuilt USING redacted_addresses r
WHERE unbuilt.source_id = r.source_id AND unbuilt.canonical_url = r.canonical_url;

DELETE FROM unread_addresses USING redacted_addresses r
WHERE unread_addresses.source_id = r.source_id AND unread_addresses.canonical_url = r.canonical_url;
