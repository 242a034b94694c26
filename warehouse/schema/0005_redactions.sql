-- What was taken out for good.

CREATE TABLE redactions (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "reason" VARCHAR NOT NULL,
  "redacted_by" VARCHAR NOT NULL,
  "redacted_on" DATE NOT NULL
);

CREATE TABLE redacted_addresses (
  "source_id" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL,
  "article_id" VARCHAR NOT NULL
);
