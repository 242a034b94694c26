-- Gathers the captures of the addresses that came into `todo` with the last round, and renews the keys by which these
-- addresses may belong to others.
CREATE OR REPLACE TEMP TABLE last_round AS
SELECT source_id, canonical_url FROM todo WHERE round = (SELECT max(round) FROM todo);

CREATE OR REPLACE TEMP TABLE added AS
SELECT
  source_id, canonical_url, capture_id, url, fetched_at, outcome, status, etag, last_modified, payload_digest,
  refers_to, redirect_to, redirect_canonical, found_by
FROM captures SEMI JOIN last_round USING (source_id, canonical_url)
WHERE purpose = 'article';

-- A payload that is repeated may itself be given as a repetition, and may lie under another address. Most lie among the
-- captures gathered here; `captures` is asked for the others alone.
CREATE OR REPLACE TEMP TABLE repetitions AS
WITH RECURSIVE further AS (
  SELECT capture_id, refers_to
  FROM added
  WHERE outcome IN ('not-modified', 'unchanged') AND refers_to IS NOT NULL
  UNION
  SELECT c.capture_id, c.refers_to
  FROM captures c JOIN (SELECT refers_to FROM further ANTI JOIN added ON added.capture_id = further.refers_to) f
    ON c.capture_id = f.refers_to
  WHERE c.outcome IN ('not-modified', 'unchanged') AND c.refers_to IS NOT NULL
)
FROM further;

CREATE OR REPLACE TEMP TABLE traced AS
WITH RECURSIVE back AS (
  SELECT capture_id, refers_to AS payload_of
  FROM added
  WHERE outcome IN ('not-modified', 'unchanged') AND refers_to IS NOT NULL
  UNION
  SELECT b.capture_id, r.refers_to
  FROM repetitions r JOIN back b ON r.capture_id = b.payload_of
)
SELECT b.capture_id, b.payload_of
FROM back b
ANTI JOIN repetitions r ON r.capture_id = b.payload_of;

CREATE OR REPLACE TEMP TABLE placed AS
SELECT a.* EXCLUDE (refers_to), CASE WHEN a.outcome IN ('not-modified', 'unchanged') THEN t.payload_of ELSE a.capture_id END AS payload_of
FROM added a LEFT JOIN traced t USING (capture_id);

INSERT INTO mine BY NAME SELECT * FROM placed;

INSERT INTO taken BY NAME
SELECT
  capture_id, reader_version, page_kind, native_id, page_canonical_url, content_id, content_digest, words, published_at
FROM readings
WHERE capture_id IN (SELECT payload_of FROM placed) AND capture_id NOT IN (SELECT capture_id FROM taken);

CREATE OR REPLACE TEMP TABLE own_keys AS
WITH newest AS (
  SELECT p.source_id, p.canonical_url, t.native_id, t.page_canonical_url, t.page_kind
  FROM placed p
  JOIN taken t ON t.capture_id = p.payload_of
  JOIN readers USING (reader_version)
  QUALIFY row_number() OVER (PARTITION BY p.capture_id ORDER BY readers.rank DESC) = 1
)
SELECT DISTINCT source_id, canonical_url, 'native' AS kind, native_id AS key
FROM newest
WHERE native_id IS NOT NULL AND page_kind IN (SELECT unnest(getvariable('article_kinds')))
UNION
SELECT source_id, canonical_url, 'canonical', page_canonical_url
FROM newest
WHERE page_canonical_url <> canonical_url AND page_kind IN (SELECT unnest(getvariable('article_kinds')))
UNION
SELECT source_id, canonical_url, 'redirect', redirect_canonical
FROM placed
WHERE redirect_canonical <> canonical_url;

-- A front page is the target of many redirects and joins nothing.
DELETE FROM own_keys WHERE kind <> 'native' AND regexp_full_match(key, 'https://[^/?]+/?');

DELETE FROM address_keys USING last_round t
WHERE address_keys.source_id = t.source_id AND address_keys.canonical_url = t.canonical_url;

INSERT INTO address_keys BY NAME SELECT * FROM own_keys;
