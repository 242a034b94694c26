-- Authors of each outlet with their spellings, the credits linked to them, whom an operator states them to be, and photographs.

CREATE TABLE authors (
  "author_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "key" VARCHAR NOT NULL,
  "name" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "full" BOOLEAN NOT NULL,
  "initials" VARCHAR NOT NULL,
  "spellings" INTEGER NOT NULL,
  "articles" INTEGER NOT NULL,
  "first_date" DATE,
  "last_date" DATE
);

CREATE TABLE author_names (
  "author_id" VARCHAR NOT NULL,
  "name" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "articles" INTEGER NOT NULL,
  "first_date" DATE,
  "last_date" DATE
);

CREATE TABLE article_authors (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "position" INTEGER NOT NULL,
  "author_id" VARCHAR NOT NULL,
  "name" VARCHAR NOT NULL,
  "kind" VARCHAR NOT NULL,
  "roles" VARCHAR[] NOT NULL,
  "published_date" DATE
);

CREATE TABLE person_aliases (
  "author_id" VARCHAR NOT NULL,
  "person_id" VARCHAR NOT NULL,
  "person" VARCHAR NOT NULL,
  "evidence" VARCHAR NOT NULL,
  "stated_by" VARCHAR NOT NULL,
  "stated_on" DATE NOT NULL
);

CREATE TABLE photo_credits (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "position" INTEGER NOT NULL,
  "kind" VARCHAR NOT NULL,
  "illustration" BOOLEAN NOT NULL,
  "agency" VARCHAR,
  "name" VARCHAR,
  "from_byline" BOOLEAN NOT NULL,
  "credit_raw" VARCHAR
);
