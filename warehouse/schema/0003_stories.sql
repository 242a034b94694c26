-- Copies of one text across outlets, and whom texts are credited to.

CREATE TABLE story_signatures (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "day" DATE NOT NULL,
  "moment" TIMESTAMPTZ NOT NULL,
  "exact" BOOLEAN NOT NULL,
  "bands" UINTEGER[] NOT NULL
);

CREATE TABLE story_links (
  "one_id" VARCHAR NOT NULL,
  "other_id" VARCHAR NOT NULL,
  "jaccard" DOUBLE NOT NULL,
  "contained" DOUBLE NOT NULL
);

CREATE TABLE story_members (
  "story_id" VARCHAR NOT NULL,
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "position" INTEGER NOT NULL,
  "moment" TIMESTAMPTZ NOT NULL,
  "exact" BOOLEAN NOT NULL,
  "nearest_id" VARCHAR,
  "jaccard" DOUBLE,
  "contained" DOUBLE
);

CREATE TABLE source_credits (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "position" INTEGER NOT NULL,
  "name" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "agency" VARCHAR,
  "credited_source_id" VARCHAR
);
