-- A believable archive, made inside the database: outlets of very different size, authors by Zipf's law, wire copies, edits,
-- removals, visits in vain. Variables: first_article and articles (which numbers to make), total (articles in all), outlets,
-- places (structs of a province before and after July 2025). Table: texts (see generated.py). Everything about an article
-- follows from its number alone. `made` holds what is true of each article, for tests.

CREATE OR REPLACE TEMP MACRO unit(salt, a, b) AS hash(salt, a, b) / 18446744073709551616.0;
CREATE OR REPLACE TEMP MACRO pick
  (n, a) AS (hash(a) % n)::BIGINT,
  (n, a, b) AS (hash(a, b) % n)::BIGINT,
  (n, a, b, c) AS (hash(a, b, c) % n)::BIGINT;
-- A rank by Zipf's law among `n`: 1 is the most frequent.
CREATE OR REPLACE TEMP MACRO zipf(u, n) AS least(n, floor(exp(u * ln(n + 1)))::INTEGER);
CREATE OR REPLACE TEMP MACRO place(outlet) AS getvariable('places')[1 + (outlet - 1) % len(getvariable('places'))];
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
    unit('again', k, 0) < 0.3 AS visited_again,
    CASE
      WHEN unit('nobody', k, 0) < 0.1 THEN []
      WHEN unit('two', k, 0) < 0.15 THEN [zipf(unit('who', k, 1), 40), 40 + zipf(unit('who', k, 2), 10)]
      ELSE [zipf(unit('who', k, 1), 40)]
    END AS people
  FROM numbers
),
named AS (
  SELECT
    *,
    format('bao-{:03d}', outlet) AS source_id,
    CASE WHEN is_copy THEN original ELSE k END AS text_of,
    -- A third of the headlines name the outlet's own province, one in ten some other one.
    CASE
      WHEN unit('here', k, 0) < 0.33 THEN place(outlet).old
      WHEN unit('there', k, 0) < 0.15 THEN place(1 + pick(63, 'there', k)).old
    END AS place_named
  FROM placed
)
SELECT
  named.*,
  CASE WHEN place_named IS NULL THEN texts.title ELSE place_named || ': ' || texts.title END AS title,
  list_transform(people, lambda n: person(CASE WHEN n > 40 THEN outlet + 1000 ELSE outlet END, n)) AS authors,
  CASE WHEN is_copy AND unit('credit', k, 0) < 0.6 THEN ['TTXVN'] ELSE []::VARCHAR[] END AS credited_sources,
  md5('c1' || k) AS first_capture, md5('c2' || k) AS second_capture, md5('c3' || k) AS third_capture,
  -- Every address ends in a number that is the article's native id.
  (100000 + k)::VARCHAR AS native_id,
  'https://' || source_id || '.example/' || section || '/'
    || regexp_replace(replace(lower(strip_accents(rtrim(texts.title, '.'))), 'đ', 'd'), '[^a-z0-9]+', '-', 'g')
    || '-' || (100000 + k) || '.html' AS url
FROM named JOIN texts USING (k);

INSERT INTO sources (
  source_id, name, kind, home, enabled, demo, private, province_old_code, province_old, province_new_code, province_new,
  names, identity_params, article_patterns
)
SELECT DISTINCT
  source_id, 'Báo số ' || outlet, 'newspaper', 'https://' || source_id || '.example/', true, false, false,
  place(outlet).old_code, place(outlet).old, place(outlet).new_code, place(outlet).new,
  []::VARCHAR[], []::VARCHAR[], []::VARCHAR[]
FROM made
WHERE source_id NOT IN (SELECT source_id FROM sources);

INSERT INTO source_hosts
SELECT source_id, source_id || '.example', NULL, NULL FROM sources
WHERE source_id NOT IN (SELECT source_id FROM source_hosts);

INSERT INTO source_provinces
SELECT source_id, '63', province_old_code, province_old, NULL::DATE, DATE '2025-06-30' FROM sources
WHERE source_id NOT IN (SELECT source_id FROM source_provinces)
UNION ALL
SELECT source_id, '34', province_new_code, province_new, DATE '2025-07-01', NULL FROM sources
WHERE source_id NOT IN (SELECT source_id FROM source_provinces);

INSERT INTO captures BY NAME
WITH visits AS (
  SELECT *, first_capture AS capture_id, published_at + INTERVAL 2 HOUR AS fetched_at, 'response' AS outcome, 200 AS status
  FROM made
  UNION ALL
  SELECT *, second_capture, published_at + INTERVAL 26 HOUR, 'response', 200 FROM made WHERE edited
  UNION ALL
  SELECT *, third_capture, published_at + INTERVAL 50 HOUR, 'not-modified', 304 FROM made WHERE visited_again AND NOT removed
  UNION ALL
  SELECT *, third_capture, published_at + INTERVAL 90 HOUR, 'response', 404 FROM made WHERE removed
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
WITH told AS MATERIALIZED (
  SELECT made.*, copied.body, own.lead, own.caption, own.retitle
  FROM made JOIN texts copied ON copied.k = made.text_of JOIN texts own ON own.k = made.k
),
each_read AS (
  SELECT *, first_capture AS capture_id, body AS text, title AS headline FROM told
  UNION ALL
  -- An edit changes a number, every third one also the headline.
  SELECT
    *, second_capture,
    list_concat([regexp_replace(body[1], '\d+ hộ', (pick(9000, 'n', k)) || ' hộ')], body[2:]),
    CASE WHEN k % 3 = 0 THEN retitle ELSE title END
  FROM told WHERE edited
)
SELECT
  capture_id, k, source_id, native_id, published_at, section, headline AS title,
  CASE WHEN is_copy THEN NULL ELSE lead END AS lead,
  CASE WHEN is_copy THEN list_concat([lead], text[2:]) ELSE text END AS body,
  list_transform(list_zip(people, authors), lambda pair: {
    'name': pair[2],
    'roles': [CASE WHEN pair[1] > 40 THEN 'photo' ELSE 'text' END], 'kind': 'person',
    'raw': NULL::VARCHAR, 'affiliation': NULL::VARCHAR
  }) AS authors,
  credited_sources,
  [{'text': caption || ' Ảnh: ' || person(outlet, 1), 'credit_raw': 'Ảnh: ' || person(outlet, 1),
    'image_url': 'https://' || source_id || '.example/anh/' || k || '.jpg'}] AS captions
FROM each_read;

INSERT INTO contents BY NAME
SELECT md5('content' || capture_id) AS content_id, title, lead, body, captions, authors, credited_sources
FROM said;

INSERT INTO readings BY NAME
SELECT
  capture_id, '1' AS reader_version, 'article' AS page_kind, 'ok' AS status,
  native_id, md5('content' || capture_id) AS content_id, md5('content' || capture_id) AS content_digest,
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
