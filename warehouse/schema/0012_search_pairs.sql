-- Search by pairs of words: each place tells the word behind it, and each word of an article has a row of its own.
-- The index is derived, and made anew by the rules of the next version: nothing of the old one is of use.

DROP TABLE search_postings;

CREATE TABLE search_postings (
  "segment" INTEGER NOT NULL,
  "key_id" INTEGER NOT NULL,
  "next_id" INTEGER NOT NULL,
  "form" SMALLINT NOT NULL,
  "next_form" SMALLINT NOT NULL,
  "doc" INTEGER NOT NULL,
  "position" INTEGER NOT NULL
);

CREATE TABLE search_counts (
  "segment" INTEGER NOT NULL,
  "key_id" INTEGER NOT NULL,
  "form" SMALLINT NOT NULL,
  "doc" INTEGER NOT NULL,
  "hits" INTEGER NOT NULL,
  "in_title" BOOLEAN NOT NULL
);
