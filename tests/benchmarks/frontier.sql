-- One outlet with so many known addresses, as a paper of ten years has them: one in twenty only named so far, each other one
-- visited at once and, one in three, twice more. Variables: addresses (how many), now (an instant).
INSERT INTO sources BY NAME
SELECT 'bao-lon' AS source_id, ['-post(?P<id>\d+)\.html$'] AS article_patterns;

CREATE TEMP TABLE made AS
SELECT
  k, substr(md5('a' || k), 1, 32) AS article_id, md5('v' || k) AS version_id,
  format('https://baolon.example/thoi-su/tin-tuc-trong-ngay-cua-xa-so-{}-post{}.html', k % 9000, k) AS url,
  getvariable('now')::TIMESTAMPTZ - to_minutes((5 + 5256000 * k / getvariable('addresses'))::BIGINT) AS published_at
FROM range(getvariable('addresses')) t(k);

INSERT INTO candidates BY NAME
SELECT
  'bao-lon' AS source_id, url AS canonical_url, url, 'sitemap' AS found_by,
  published_at AS first_found_at, published_at AS last_found_at, 'https://baolon.example/sitemap.xml' AS found_on
FROM made;

INSERT INTO captures BY NAME
SELECT
  md5('c' || k || ' ' || turn) AS capture_id, 'bao-lon' AS source_id, url, url AS canonical_url,
  published_at + to_minutes((10 + turn * turn * 200)::BIGINT) AS fetched_at,
  CASE WHEN turn = 0 THEN 'response' ELSE 'not-modified' END AS outcome,
  'article' AS purpose, CASE WHEN turn = 0 THEN 200 ELSE 304 END AS status, 'text/html' AS content_type,
  format('"{}"', md5(url)) AS etag, 'sha1:' || substr(md5(url), 1, 32) AS payload_digest, 40000 AS payload_bytes,
  'sitemap' AS found_by
FROM made, range(3) t(turn)
WHERE k % 20 > 0 AND (turn = 0 OR k % 3 = 0)
ORDER BY fetched_at;

INSERT INTO addresses BY NAME
SELECT
  source_id, canonical_url, any_value(url) AS url, any_value(article_id) AS article_id, 'live' AS state,
  min(fetched_at) AS first_seen, max(fetched_at) AS last_seen, min(fetched_at) AS first_visit, max(fetched_at) AS last_visit,
  count(*) AS visits, 0 AS failures, 'sitemap' AS found_by, any_value(etag) AS etag,
  any_value(payload_digest) AS payload_digest, min_by(capture_id, fetched_at) AS payload_capture_id
FROM captures JOIN made USING (url)
GROUP BY ALL;

INSERT INTO versions BY NAME
SELECT
  m.version_id, a.article_id, a.source_id, 1 AS version_no, a.first_seen AS valid_from, a.last_seen, a.visits AS captures,
  a.payload_capture_id AS capture_id, 'r1' AS reader_version, m.version_id AS content_id, [] AS changed_fields,
  [] AS numbers_gone, [] AS numbers_come, [] AS names_gone, [] AS names_come
FROM addresses a JOIN made m USING (url);

INSERT INTO articles BY NAME
SELECT
  a.article_id, a.source_id, a.canonical_url, a.url, [] AS alternate_urls, 'live' AS status, a.first_seen, a.last_seen,
  1 AS versions, m.version_id
FROM addresses a JOIN made m USING (url);

INSERT INTO readings BY NAME
SELECT
  a.payload_capture_id AS capture_id, 'r1' AS reader_version, 'article' AS page_kind, 'ok' AS status,
  m.version_id AS content_id, m.version_id AS content_digest, 400 AS words, m.published_at,
  m.published_at::DATE AS published_date, [] AS tags, [] AS images, [] AS evidence, [] AS flags
FROM addresses a JOIN made m USING (url);

DROP TABLE made;
