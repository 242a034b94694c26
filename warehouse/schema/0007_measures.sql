-- Small measures of each article.

CREATE TABLE article_measures (
  "article_id" VARCHAR NOT NULL,
  "source_id" VARCHAR NOT NULL,
  "topic" VARCHAR NOT NULL,
  "tones_old" INTEGER NOT NULL,
  "tones_new" INTEGER NOT NULL,
  "look_alike_d" BOOLEAN NOT NULL,
  "event_date" DATE,
  "event_raw" VARCHAR
);
