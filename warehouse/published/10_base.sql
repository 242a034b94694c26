-- The big tables of the published file, filled from the writer's database. `pub` is the new file, `main` the writer's schema.
-- What analysts read are the views in `marts/`; these tables lie in the schema `base` behind them. Tables that are copied
-- as they are say so in their description (`published` in `schema/tables/*.yaml`). `told` and `unread` are the views of
-- `sql/told.sql` and `sql/unread.sql`.
CREATE SCHEMA pub.base;

CREATE TABLE pub.captures AS
SELECT
  c.* EXCLUDE (headers), vc.article_id, vc.version_id,
  c.capture_id IN (SELECT capture_id FROM unread) AS unread
FROM main.captures c LEFT JOIN main.version_captures vc USING (capture_id);
COMMENT ON COLUMN pub.captures.unread IS 'Whether it is a page that still waits to be read: its text is in the archive and not in these tables.';

-- Prose is half the size under zstd; for everything else DuckDB's own choice is better.
CREATE TABLE pub.base.current_articles (
  article_id VARCHAR,
  source_id VARCHAR,
  native_id VARCHAR,
  url VARCHAR,
  alternate_urls VARCHAR[],
  title VARCHAR USING COMPRESSION zstd,
  lead VARCHAR USING COMPRESSION zstd,
  text VARCHAR USING COMPRESSION zstd,
  published_at TIMESTAMPTZ,
  published_local TIMESTAMP,
  published_precision VARCHAR,
  published_date DATE,
  published_raw VARCHAR,
  modified_at TIMESTAMPTZ,
  byline_raw VARCHAR,
  people STRUCT("name" VARCHAR, roles VARCHAR[], kind VARCHAR, raw VARCHAR, affiliation VARCHAR)[],
  credited_sources VARCHAR[],
  captions STRUCT("text" VARCHAR, credit_raw VARCHAR, image_url VARCHAR)[],
  images VARCHAR[],
  source_mark VARCHAR,
  section VARCHAR,
  tags VARCHAR[],
  page_kind VARCHAR,
  language VARCHAR,
  words INTEGER,
  flags VARCHAR[],
  evidence STRUCT(field VARCHAR, origin VARCHAR, confidence DOUBLE, raw VARCHAR)[],
  family VARCHAR,
  encoding VARCHAR,
  version_id VARCHAR,
  version_no INTEGER,
  valid_from TIMESTAMPTZ,
  seen_until TIMESTAMPTZ,
  sights INTEGER,
  changed_fields VARCHAR[],
  change_class VARCHAR,
  numbers_gone VARCHAR[],
  numbers_come VARCHAR[],
  names_gone VARCHAR[],
  names_come VARCHAR[],
  reader_version VARCHAR,
  first_seen TIMESTAMPTZ,
  last_seen TIMESTAMPTZ,
  status VARCHAR,
  missing_since TIMESTAMPTZ,
  gone_confirmed_at TIMESTAMPTZ,
  doc INTEGER
);

INSERT INTO pub.base.current_articles BY NAME
SELECT
  a.article_id, a.source_id, a.native_id, a.url, a.alternate_urls,
  t.title, t.lead,
  CASE WHEN len(t.body) > 0 THEN array_to_string(t.body, chr(10) || chr(10)) END AS text,
  t.published_at, t.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS published_local,
  t.published_precision, t.published_date, t.published_raw, t.modified_at,
  t.byline_raw, t.authors AS people, t.credited_sources, t.captions, t.images,
  t.source_mark, t.section, t.tags, t.page_kind, t.language, t.words, t.flags, t.evidence, t.family, t.encoding,
  t.version_id, t.version_no, t.valid_from, t.last_seen AS seen_until, t.captures AS sights,
  t.changed_fields, t.change_class, t.numbers_gone, t.numbers_come, t.names_gone, t.names_come, t.reader_version,
  a.first_seen, a.last_seen, a.status, a.missing_since, a.gone_confirmed_at, d.doc
FROM told t
JOIN main.articles a USING (version_id)
LEFT JOIN main.search_documents d ON d.article_id = a.article_id;

-- The place of each article of the search index when the newest comes first, so that a search need not look at articles,
-- and the row that it has in the table above.
CREATE TABLE pub.base.search_order AS
SELECT doc, row_number() OVER (ORDER BY published_at DESC NULLS LAST, article_id)::INTEGER AS newest, rowid AS place
FROM pub.base.current_articles
WHERE doc IS NOT NULL
ORDER BY doc;

-- How many articles have a word, so that a search knows which of its words is the rarest. Texts that no longer stand count too.
CREATE TABLE pub.base.search_keys AS
SELECT key_id, count(*)::INTEGER AS articles FROM main.search_counts WHERE hits > 0 GROUP BY key_id ORDER BY key_id;

CREATE TABLE pub.base.past_versions (
  article_id VARCHAR,
  title VARCHAR USING COMPRESSION zstd,
  lead VARCHAR USING COMPRESSION zstd,
  text VARCHAR USING COMPRESSION zstd,
  published_at TIMESTAMPTZ,
  published_local TIMESTAMP,
  published_precision VARCHAR,
  published_date DATE,
  published_raw VARCHAR,
  modified_at TIMESTAMPTZ,
  byline_raw VARCHAR,
  people STRUCT("name" VARCHAR, roles VARCHAR[], kind VARCHAR, raw VARCHAR, affiliation VARCHAR)[],
  credited_sources VARCHAR[],
  captions STRUCT("text" VARCHAR, credit_raw VARCHAR, image_url VARCHAR)[],
  images VARCHAR[],
  source_mark VARCHAR,
  section VARCHAR,
  tags VARCHAR[],
  page_kind VARCHAR,
  language VARCHAR,
  words INTEGER,
  flags VARCHAR[],
  evidence STRUCT(field VARCHAR, origin VARCHAR, confidence DOUBLE, raw VARCHAR)[],
  family VARCHAR,
  encoding VARCHAR,
  version_id VARCHAR,
  version_no INTEGER,
  valid_from TIMESTAMPTZ,
  valid_to TIMESTAMPTZ,
  seen_until TIMESTAMPTZ,
  sights INTEGER,
  changed_fields VARCHAR[],
  change_class VARCHAR,
  numbers_gone VARCHAR[],
  numbers_come VARCHAR[],
  names_gone VARCHAR[],
  names_come VARCHAR[],
  reader_version VARCHAR
);

INSERT INTO pub.base.past_versions BY NAME
SELECT
  t.article_id,
  t.title, t.lead,
  CASE WHEN len(t.body) > 0 THEN array_to_string(t.body, chr(10) || chr(10)) END AS text,
  t.published_at, t.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS published_local,
  t.published_precision, t.published_date, t.published_raw, t.modified_at,
  t.byline_raw, t.authors AS people, t.credited_sources, t.captions, t.images,
  t.source_mark, t.section, t.tags, t.page_kind, t.language, t.words, t.flags, t.evidence, t.family, t.encoding,
  t.version_id, t.version_no, t.valid_from, t.valid_to, t.last_seen AS seen_until, t.captures AS sights,
  t.changed_fields, t.change_class, t.numbers_gone, t.numbers_come, t.names_gone, t.names_come, t.reader_version
FROM told t
WHERE t.valid_to IS NOT NULL;
