-- What source files said when the pages of each outlet were read.

CREATE TABLE reading_profiles (
  "source_id" VARCHAR NOT NULL,
  "profile" VARCHAR NOT NULL
);
