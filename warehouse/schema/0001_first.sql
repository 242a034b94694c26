-- The first schema: the facts (sources, captures, candidates, readings, contents) and what is derived from them.
-- Meanings of tables and columns stand in tables/*.yaml; keys are checked by query, never declared (see model.py).

CREATE TABLE sources (
  "source_id" VARCHAR NOT NULL,
  "name" VARCHAR,
  "kind" VARCHAR,
  "home" VARCHAR,
  "family" VARCHAR,
  "enabled" BOOLEAN,
  "demo" BOOLEAN,
  "private" BOOLEAN,
  "province_old_code" VARCHAR,
  "province_old" VARCHAR,
  "province_new_code" VARCHAR,
  "province_new" VARCHAR,
  "names" VARCHAR[],
  "identity_params" VARCHAR[],
  "article_patterns" VARCHAR[],
  "schedule_cron" VARCHAR,
  "successor" VARCHAR,
  "note" VARCHAR
);

CREATE TABLE source_hosts (
  "source_id" VARCHAR NOT NULL,
  "host" VARCHAR NOT NULL,
  "valid_from" DATE,
  "valid_to" DATE
);

CREATE TABLE source_provinces (
  "source_id" VARCHAR NOT NULL,
  "borders" VARCHAR NOT NULL,
  "province_code" VARCHAR,
  "province" VARCHAR NOT NULL,
  "valid_from" DATE,
  "valid_to" DATE
);

CREATE TABLE captures (
  "capture_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL,
  "fetched_at" TIMESTAMPTZ NOT NULL,
  "outcome" VARCHAR NOT NULL,
  "purpose" VARCHAR NOT NULL,
  "status" SMALLINT,
  "content_type" VARCHAR,
  "etag" VARCHAR,
  "last_modified" VARCHAR,
  "headers" VARCHAR,
  "payload_digest" VARCHAR,
  "payload_bytes" BIGINT,
  "warc_file" VARCHAR,
  "warc_offset" BIGINT,
  "warc_length" BIGINT,
  "refers_to" VARCHAR,
  "redirect_to" VARCHAR,
  "redirect_canonical" VARCHAR,
  "error" VARCHAR,
  "run_id" VARCHAR,
  "found_by" VARCHAR
);

CREATE TABLE candidates (
  "source_id" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "found_by" VARCHAR NOT NULL,
  "first_found_at" TIMESTAMPTZ NOT NULL,
  "last_found_at" TIMESTAMPTZ NOT NULL,
  "found_on" VARCHAR,
  "title" VARCHAR,
  "published_hint" VARCHAR
);

CREATE TABLE contents (
  "content_id" VARCHAR NOT NULL,
  "title" VARCHAR,
  "lead" VARCHAR,
  "body" VARCHAR[] NOT NULL,
  "captions" STRUCT("text" VARCHAR, credit_raw VARCHAR, image_url VARCHAR)[] NOT NULL,
  "authors" STRUCT("name" VARCHAR, roles VARCHAR[], kind VARCHAR, raw VARCHAR, affiliation VARCHAR)[] NOT NULL,
  "credited_sources" VARCHAR[] NOT NULL
);

CREATE TABLE readings (
  "capture_id" VARCHAR NOT NULL,
  "reader_version" VARCHAR NOT NULL,
  "page_kind" VARCHAR NOT NULL,
  "status" VARCHAR NOT NULL,
  "page_canonical_url" VARCHAR,
  "native_id" VARCHAR,
  "content_id" VARCHAR NOT NULL,
  "content_digest" VARCHAR NOT NULL,
  "words" INTEGER NOT NULL,
  "published_at" TIMESTAMPTZ,
  "published_precision" VARCHAR,
  "published_date" DATE,
  "published_raw" VARCHAR,
  "modified_at" TIMESTAMPTZ,
  "byline_raw" VARCHAR,
  "source_mark" VARCHAR,
  "section" VARCHAR,
  "tags" VARCHAR[] NOT NULL,
  "images" VARCHAR[] NOT NULL,
  "language" VARCHAR,
  "encoding" VARCHAR,
  "family" VARCHAR,
  "evidence" STRUCT(field VARCHAR, origin VARCHAR, confidence DOUBLE, raw VARCHAR)[] NOT NULL,
  "flags" VARCHAR[] NOT NULL
);

CREATE TABLE articles (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "native_id" VARCHAR,
  "canonical_url" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "alternate_urls" VARCHAR[] NOT NULL,
  "status" VARCHAR NOT NULL,
  "first_seen" TIMESTAMPTZ NOT NULL,
  "last_seen" TIMESTAMPTZ NOT NULL,
  "missing_since" TIMESTAMPTZ,
  "gone_confirmed_at" TIMESTAMPTZ,
  "versions" INTEGER NOT NULL,
  "version_id" VARCHAR NOT NULL
);

CREATE TABLE addresses (
  "source_id" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL,
  "url" VARCHAR NOT NULL,
  "article_id" VARCHAR,
  "state" VARCHAR NOT NULL,
  "first_seen" TIMESTAMPTZ,
  "last_seen" TIMESTAMPTZ,
  "first_visit" TIMESTAMPTZ NOT NULL,
  "last_visit" TIMESTAMPTZ NOT NULL,
  "visits" INTEGER NOT NULL,
  "failures" INTEGER NOT NULL,
  "missing_since" TIMESTAMPTZ,
  "gone_confirmed_at" TIMESTAMPTZ,
  "redirect_to" VARCHAR,
  "found_by" VARCHAR,
  "etag" VARCHAR,
  "last_modified" VARCHAR,
  "payload_digest" VARCHAR,
  "payload_capture_id" VARCHAR
);

CREATE TABLE address_keys (
  "source_id" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "key" VARCHAR NOT NULL
);

CREATE TABLE gaps (
  "source_id" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL,
  "article_id" VARCHAR NOT NULL,
  "worst" VARCHAR NOT NULL,
  "from_at" TIMESTAMPTZ NOT NULL,
  "to_at" TIMESTAMPTZ,
  "visits" INTEGER NOT NULL,
  "missing_since" TIMESTAMPTZ,
  "gone_confirmed_at" TIMESTAMPTZ
);

CREATE TABLE versions (
  "version_id" VARCHAR NOT NULL,
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "version_no" INTEGER NOT NULL,
  "valid_from" TIMESTAMPTZ NOT NULL,
  "valid_to" TIMESTAMPTZ,
  "last_seen" TIMESTAMPTZ NOT NULL,
  "captures" INTEGER NOT NULL,
  "capture_id" VARCHAR NOT NULL,
  "reader_version" VARCHAR NOT NULL,
  "content_id" VARCHAR NOT NULL,
  "changed_fields" VARCHAR[] NOT NULL,
  "change_class" VARCHAR,
  "numbers_gone" VARCHAR[] NOT NULL,
  "numbers_come" VARCHAR[] NOT NULL,
  "names_gone" VARCHAR[] NOT NULL,
  "names_come" VARCHAR[] NOT NULL
);

CREATE TABLE version_captures (
  "capture_id" VARCHAR NOT NULL,
  "version_id" VARCHAR NOT NULL,
  "article_id" VARCHAR NOT NULL
);

CREATE TABLE unbuilt (
  "source_id" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL
);

CREATE TABLE capture_logs (
  "path" VARCHAR NOT NULL,
  "bytes" BIGINT NOT NULL,
  "lines" BIGINT NOT NULL
);
