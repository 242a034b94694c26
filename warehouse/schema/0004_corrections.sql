-- What an operator knows better than any reader.

CREATE TABLE corrections (
  "article_id" VARCHAR NOT NULL,
  "version_id" VARCHAR,
  "field" VARCHAR NOT NULL,
  "value" VARCHAR NOT NULL,
  "reason" VARCHAR NOT NULL,
  "corrected_by" VARCHAR NOT NULL,
  "corrected_on" DATE NOT NULL
);

CREATE TABLE corrected_articles (
  "article_id" VARCHAR NOT NULL,
  "fields" VARCHAR[] NOT NULL,
  "authors" STRUCT("name" VARCHAR, roles VARCHAR[], kind VARCHAR, raw VARCHAR, affiliation VARCHAR)[],
  "credited_sources" VARCHAR[],
  "published_at" TIMESTAMPTZ,
  "published_precision" VARCHAR,
  "published_date" DATE,
  "section" VARCHAR,
  "tags" VARCHAR[]
);

CREATE TABLE corrected_texts (
  "version_id" VARCHAR NOT NULL,
  "fields" VARCHAR[] NOT NULL,
  "title" VARCHAR,
  "lead" VARCHAR,
  "body" VARCHAR[]
);
