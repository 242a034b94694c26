-- The search index: which word stands where.

CREATE TABLE search_documents (
  "doc" INTEGER NOT NULL,
  "article_id" VARCHAR NOT NULL,
  "segment" INTEGER NOT NULL
);

CREATE TABLE search_words (
  "word" VARCHAR NOT NULL,
  "key" VARCHAR NOT NULL,
  "key_id" INTEGER NOT NULL,
  "form" SMALLINT NOT NULL
);

CREATE TABLE search_postings (
  "segment" INTEGER NOT NULL,
  "key_id" INTEGER NOT NULL,
  "doc" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "form" SMALLINT NOT NULL
);
