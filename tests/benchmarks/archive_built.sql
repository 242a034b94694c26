-- What the program would build from articles that were visited once, or seen unchanged: nineteen of twenty, and simple. Only
-- the edited and the removed are left to the program. A test holds that both ways give the same rows.
CREATE OR REPLACE TEMP TABLE plain AS
SELECT
  m.source_id, m.native_id, m.url, m.first_capture, m.third_capture, m.visited_again,
  left(sha256(m.source_id || chr(10) || 'id:' || m.native_id), 32) AS article_id,
  m.published_at + INTERVAL 2 HOUR AS first_seen,
  m.published_at + CASE WHEN m.visited_again THEN INTERVAL 50 HOUR ELSE INTERVAL 2 HOUR END AS last_seen,
  CASE WHEN m.visited_again THEN 2 ELSE 1 END AS visits
FROM made m
WHERE NOT m.edited AND NOT m.removed;

INSERT INTO articles BY NAME
SELECT
  article_id, source_id, native_id, url AS canonical_url, url, []::VARCHAR[] AS alternate_urls, 'live' AS status,
  first_seen, last_seen, 1 AS versions, first_capture AS version_id
FROM plain;

INSERT INTO addresses BY NAME
SELECT
  source_id, url AS canonical_url, url, article_id, 'live' AS state, first_seen, last_seen,
  first_seen AS first_visit, last_seen AS last_visit, visits, 0 AS failures, 'section' AS found_by,
  '"' || CASE WHEN visited_again THEN third_capture ELSE first_capture END[:12] || '"' AS etag,
  'sha1:' || upper(first_capture) AS payload_digest, first_capture AS payload_capture_id
FROM plain;

INSERT INTO address_keys BY NAME SELECT source_id, url AS canonical_url, 'native' AS kind, native_id AS key FROM plain;

INSERT INTO versions BY NAME
SELECT
  first_capture AS version_id, article_id, source_id, 1 AS version_no, first_seen AS valid_from, last_seen,
  visits AS captures, first_capture AS capture_id, '1' AS reader_version, md5('content' || first_capture) AS content_id,
  []::VARCHAR[] AS changed_fields, []::VARCHAR[] AS numbers_gone, []::VARCHAR[] AS numbers_come,
  []::VARCHAR[] AS names_gone, []::VARCHAR[] AS names_come
FROM plain;

INSERT INTO version_captures BY NAME
SELECT first_capture AS capture_id, first_capture AS version_id, article_id FROM plain
UNION ALL
SELECT third_capture, first_capture, article_id FROM plain WHERE visited_again;

INSERT INTO unbuilt (source_id, canonical_url) SELECT source_id, url FROM made WHERE edited OR removed;
