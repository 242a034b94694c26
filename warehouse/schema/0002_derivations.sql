-- What is derived from whole articles (people, places, stories, search), and which articles wait for it.

CREATE TABLE derivations (
  "name" VARCHAR NOT NULL,
  "version" VARCHAR NOT NULL
);

CREATE TABLE underived (
  "derivation" VARCHAR NOT NULL,
  "article_id" VARCHAR NOT NULL
);
