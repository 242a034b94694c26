-- A believable archive, made inside the database: outlets of very different size, authors by Zipf's law, wire copies, edits,
-- removals, visits in vain. Variables: first_article and articles (which numbers to make), total (articles in all), outlets,
-- vocabulary (syllables, the frequent ones first). Everything about an article follows from its number alone.

CREATE OR REPLACE TEMP MACRO unit(salt, a, b) AS hash(salt, a, b) / 18446744073709551616.0;
CREATE OR REPLACE TEMP MACRO pick
  (n, a) AS (hash(a) % n)::BIGINT,
  (n, a, b) AS (hash(a, b) % n)::BIGINT,
  (n, a, b, c) AS (hash(a, b, c) % n)::BIGINT;
-- A rank by Zipf's law among `n`: 1 is the most frequent.
CREATE OR REPLACE TEMP MACRO zipf(u, n) AS least(n, floor(exp(u * ln(n + 1)))::INTEGER);
CREATE OR REPLACE TEMP MACRO prose(salt, k, n) AS array_to_string(
  list_transform(range(n), lambda i: getvariable('vocabulary')[zipf(unit(salt, k, i), len(getvariable('vocabulary')))]), ' '
);
CREATE OR REPLACE TEMP MACRO sentence(salt, k, n) AS
  list_transform([prose(salt, k, n)], lambda x: upper(x[1]) || x[2:] || '.')[1];
CREATE OR REPLACE TEMP MACRO paragraph(salt, k) AS
  sentence(salt, k, 24) || ' Năm ' || (2015 + pick(11, salt, k)) || ', ' || pick(9000, k, salt) || ' hộ '
  || prose(salt || 'b', k, 28) || '.';
CREATE OR REPLACE TEMP MACRO person(outlet, n) AS
  ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Nông', 'Lò'][1 + pick(10, 'họ', outlet, n)] || ' '
  || ['Văn', 'Thị', 'Minh', 'Đức', 'Thu', 'Ngọc', 'Quang', 'Hồng'][1 + pick(8, 'đệm', outlet, n)] || ' '
  || ['An', 'Bình', 'Chi', 'Dũng', 'Giang', 'Hà', 'Hải', 'Hương', 'Khánh', 'Lan', 'Long', 'Mai', 'Nam', 'Nga', 'Phong',
      'Phương', 'Quân', 'Sơn', 'Thảo', 'Trang', 'Tuấn', 'Vân', 'Việt', 'Yến'][1 + pick(24, 'tên', outlet, n)];

CREATE OR REPLACE TEMP TABLE made AS
WITH numbers AS (
  SELECT k::BIGINT AS k FROM range(getvariable('first_article'), getvariable('first_article') + getvariable('articles')) t(k)
),
placed AS (
  SELECT
    k,
    zipf(unit('outlet', k, 0), getvariable('outlets')) AS outlet,
    -- One article in twelve repeats the text of one shortly before it (its own outlet's by chance only).
    k > 60 AND unit('copy', k, 0) < 0.08 AS is_copy,
    k - 1 - pick(50, 'of', k) AS original,
    TIMESTAMPTZ '2016-01-01 00:00:00+00'
      + to_minutes((k * 5256000 // getvariable('total'))::BIGINT) + to_seconds(pick(60, 's', k)) AS published_at,
    ['thoi-su', 'kinh-te', 'van-hoa', 'xa-hoi', 'giao-duc', 'y-te', 'the-thao', 'phap-luat'][1 + pick(8, 'm', k)] AS section,
    unit('edit', k, 0) < 0.03 AS edited,
    unit('gone', k, 0) < 0.02 AS removed,
    unit('again', k, 0) < 0.3 AS visited_again
  FROM numbers
)
SELECT
  *,
  format('bao-{:03d}', outlet) AS source_id,
  CASE WHEN is_copy THEN original ELSE k END AS text_of,
  sentence('title', k, 9) AS title,
  sentence('lead', k, 30) AS lead,
  md5('c1' || k) AS first_capture, md5('c2' || k) AS second_capture, md5('c3' || k) AS third_capture
FROM placed;

INSERT INTO sources (
  source_id, name, kind, home, enabled, demo, private, province_old, province_new, names, identity_params, article_patterns
)
SELECT DISTINCT
  source_id, 'Báo số ' || outlet, 'newspaper', 'https://' || source_id || '.example/', true, false, false,
  'Tỉnh cũ ' || outlet, 'Tỉnh ' || (1 + outlet % 34), []::VARCHAR[], []::VARCHAR[], []::VARCHAR[]
FROM made
WHERE source_id NOT IN (SELECT source_id FROM sources);

INSERT INTO captures BY NAME
WITH addressed AS (
  SELECT
    *,
    'https://' || source_id || '.example/' || section || '/'
      || regexp_replace(replace(lower(strip_accents(rtrim(title, '.'))), 'đ', 'd'), '[^a-z0-9]+', '-', 'g')
      || '-' || (100000 + k) || '.html' AS url
  FROM made
),
visits AS (
  SELECT *, first_capture AS capture_id, published_at + INTERVAL 2 HOUR AS fetched_at, 'response' AS outcome, 200 AS status
  FROM addressed
  UNION ALL
  SELECT *, second_capture, published_at + INTERVAL 26 HOUR, 'response', 200 FROM addressed WHERE edited
  UNION ALL
  SELECT *, third_capture, published_at + INTERVAL 50 HOUR, 'not-modified', 304 FROM addressed WHERE visited_again AND NOT removed
  UNION ALL
  SELECT *, third_capture, published_at + INTERVAL 90 HOUR, 'response', 404 FROM addressed WHERE removed
)
SELECT
  capture_id, source_id, url, url AS canonical_url, fetched_at, outcome, 'article' AS purpose, status::SMALLINT AS status,
  'text/html' AS content_type, '"' || capture_id[:12] || '"' AS etag,
  CASE WHEN status = 200 THEN 'sha1:' || upper(capture_id) END AS payload_digest,
  CASE WHEN status = 200 THEN 60000 + pick(40000, k) END AS payload_bytes,
  source_id || '/' || strftime(fetched_at, '%Y/%m') || '/' || source_id || '.warc.gz' AS warc_file,
  pick(1000000000, capture_id) AS warc_offset, 15000 AS warc_length,
  CASE WHEN outcome = 'not-modified' THEN CASE WHEN edited THEN second_capture ELSE first_capture END END AS refers_to,
  strftime(fetched_at, 'run-%Y%m%d') AS run_id, 'section' AS found_by
FROM visits;

CREATE OR REPLACE TEMP TABLE said AS
WITH paragraphs AS MATERIALIZED (
  SELECT
    *,
    list_transform(range(6), lambda p: paragraph('p' || p, text_of)) AS body,
    CASE
      WHEN unit('nobody', k, 0) < 0.1 THEN []
      WHEN unit('two', k, 0) < 0.15 THEN [zipf(unit('who', k, 1), 40), 40 + zipf(unit('who', k, 2), 10)]
      ELSE [zipf(unit('who', k, 1), 40)]
    END AS people
  FROM made
),
each_read AS (
  SELECT *, first_capture AS capture_id, body AS text, title AS headline FROM paragraphs
  UNION ALL
  -- An edit changes a number, every third one also the headline.
  SELECT
    *, second_capture,
    list_concat([regexp_replace(body[1], '\d+ hộ', (pick(9000, 'n', k)) || ' hộ')], body[2:]),
    CASE WHEN k % 3 = 0 THEN sentence('retitle', k, 9) ELSE title END
  FROM paragraphs WHERE edited
)
SELECT
  capture_id, k, source_id, published_at, section, headline AS title,
  CASE WHEN is_copy THEN NULL ELSE lead END AS lead,
  CASE WHEN is_copy THEN list_concat([lead], text[2:]) ELSE text END AS body,
  list_transform(people, lambda n: {
    'name': person(CASE WHEN n > 40 THEN outlet + 1000 ELSE outlet END, n),
    'roles': [CASE WHEN n > 40 THEN 'photo' ELSE 'text' END], 'kind': 'person',
    'raw': NULL::VARCHAR, 'affiliation': NULL::VARCHAR
  }) AS authors,
  CASE WHEN is_copy AND unit('credit', k, 0) < 0.6 THEN ['TTXVN'] ELSE []::VARCHAR[] END AS credited_sources,
  [{'text': sentence('caption', k, 12) || ' Ảnh: ' || person(outlet, 1), 'credit_raw': 'Ảnh: ' || person(outlet, 1),
    'image_url': 'https://' || source_id || '.example/anh/' || k || '.jpg'}] AS captions
FROM each_read;

INSERT INTO contents BY NAME
SELECT DISTINCT ON (content_id)
  md5('content' || capture_id) AS content_id, title, lead, body, captions, authors, credited_sources
FROM said;

INSERT INTO readings BY NAME
SELECT
  capture_id, '1' AS reader_version, 'article' AS page_kind, 'ok' AS status,
  (100000 + k)::VARCHAR AS native_id, md5('content' || capture_id) AS content_id, md5('content' || capture_id) AS content_digest,
  340 + (pick(20, k)) AS words,
  published_at, 'minute' AS published_precision, ((published_at AT TIME ZONE 'UTC') + INTERVAL 7 HOUR)::DATE AS published_date,
  strftime((published_at AT TIME ZONE 'UTC') + INTERVAL 7 HOUR, '%d/%m/%Y %H:%M') AS published_raw,
  array_to_string(list_transform(authors, lambda a: a.name), ', ') AS byline_raw,
  section, [section, split_part(title, ' ', 2)] AS tags,
  ['https://' || source_id || '.example/anh/' || k || '.jpg'] AS images, 'vi' AS language, 'utf-8' AS encoding,
  'dt1' AS family,
  list_transform(['title', 'published_at', 'authors', 'lead', 'body', 'captions', 'section'], lambda f:
    {'field': f, 'origin': CASE f WHEN 'published_at' THEN 'json-ld' ELSE 'selector' END, 'confidence': 0.9, 'raw': NULL::VARCHAR}
  ) AS evidence,
  CASE WHEN unit('flag', k, 0) < 0.02 THEN ['weekday-mismatch'] ELSE []::VARCHAR[] END AS flags
FROM said;

INSERT INTO unbuilt (source_id, canonical_url) SELECT DISTINCT source_id, canonical_url FROM captures
WHERE capture_id IN (SELECT first_capture FROM made);
