-- The units of Vietnam with their validity in time, and which of them each article names.

CREATE TABLE place_units (
  "unit_id" VARCHAR NOT NULL,
  "borders" VARCHAR NOT NULL,
  "code" VARCHAR NOT NULL,
  "level" VARCHAR NOT NULL,
  "type" VARCHAR NOT NULL,
  "name" VARCHAR NOT NULL,
  "full_name" VARCHAR NOT NULL,
  "parent_id" VARCHAR,
  "valid_from" DATE,
  "valid_to" DATE,
  "provinces_63" VARCHAR[] NOT NULL,
  "provinces_34" VARCHAR[] NOT NULL,
  "name_kept" BOOLEAN NOT NULL
);

CREATE TABLE place_changes (
  "old_id" VARCHAR NOT NULL,
  "new_id" VARCHAR NOT NULL,
  "part" BOOLEAN NOT NULL,
  "changed_on" DATE NOT NULL
);

CREATE TABLE article_places (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "position" INTEGER NOT NULL,
  "unit_id" VARCHAR,
  "name" VARCHAR NOT NULL,
  "level" VARCHAR,
  "raw" VARCHAR NOT NULL,
  "fields" VARCHAR[] NOT NULL,
  "mentions" INTEGER NOT NULL,
  "marked_old" INTEGER NOT NULL,
  "first_word" INTEGER,
  "evidence" VARCHAR NOT NULL,
  "confidence" DOUBLE NOT NULL,
  "candidates" VARCHAR[] NOT NULL
);
