-- Texts that no longer stand leave the search index when their segment is merged, and not one by one.

CREATE TABLE search_dead (
  "doc" INTEGER NOT NULL,
  "article_id" VARCHAR NOT NULL,
  "segment" INTEGER NOT NULL
);

CREATE TABLE search_purged (
  "article_id" VARCHAR NOT NULL
);
