-- Puts the articles in `todo` into the index, as a segment of its own.
INSERT INTO main.search_documents
WITH taken AS (
  SELECT doc, segment FROM main.search_documents UNION ALL SELECT doc, segment FROM main.search_dead
)
SELECT
  (SELECT coalesce(max(doc), 0) FROM taken) + row_number() OVER (ORDER BY article_id),
  article_id,
  (SELECT coalesce(max(segment), 0) FROM taken) + 1
FROM todo_articles;

CREATE OR REPLACE TEMP TABLE words_found AS
WITH texts AS (
  SELECT
    d.doc, d.segment,
    list_concat(
      [coalesce(a.title, ''), coalesce(a.lead, '')], a.body, list_transform(a.captions, lambda c: c."text")
    ) AS parts
  FROM todo_articles a
  JOIN main.search_documents d USING (article_id)
),
split AS (
  SELECT doc, segment, unnest(range(1, len(parts) + 1)) AS part, search_split(unnest(parts)) AS words FROM texts
),
placed AS (
  SELECT
    doc, segment, part, words,
    -- The headline has the places from 1; the rest follows from 64, with a gap between parts.
    CASE WHEN part = 1 THEN 1 ELSE
      greatest(64, first_value(len(words)) OVER w + 2)
      + coalesce(sum(len(words) + 1) FILTER (part > 1) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    END AS start
  FROM split
  WINDOW w AS (PARTITION BY doc ORDER BY part)
)
SELECT
  segment, doc, unnest(words) AS raw, unnest(list_append(words[2:], NULL)) AS next_raw,
  (start + unnest(range(len(words))))::INTEGER AS "position"
FROM placed
WHERE len(words) > 0;

CREATE OR REPLACE TEMP TABLE words_meant AS
SELECT raw, search_spelling(raw) AS word, search_key(raw) AS key FROM (SELECT DISTINCT raw FROM words_found);

INSERT INTO main.search_words
WITH fresh AS (
  SELECT DISTINCT word, key FROM words_meant ANTI JOIN main.search_words USING (word)
),
known AS (
  SELECT key, any_value(key_id) AS key_id, max(form) AS form FROM main.search_words GROUP BY key
),
keys AS (
  SELECT
    key,
    (SELECT coalesce(max(key_id), 0) FROM main.search_words) + row_number() OVER (ORDER BY key) AS key_id
  FROM (SELECT DISTINCT key FROM fresh ANTI JOIN known USING (key))
)
SELECT
  f.word, f.key, coalesce(known.key_id, keys.key_id),
  coalesce(known.form, 0) + row_number() OVER (PARTITION BY f.key ORDER BY f.word)
FROM fresh f
LEFT JOIN known USING (key)
LEFT JOIN keys USING (key);

CREATE OR REPLACE TEMP TABLE words_known AS
SELECT m.raw, w.key_id, w.form FROM words_meant m JOIN main.search_words w USING (word);

CREATE OR REPLACE TEMP TABLE places_found AS
SELECT
  f.segment, w.key_id, coalesce(n.key_id, 0) AS next_id, w.form, coalesce(n.form, 0)::SMALLINT AS next_form,
  f.doc, f."position"
FROM words_found f
JOIN words_known w USING (raw)
LEFT JOIN words_known n ON n.raw = f.next_raw;

DROP TABLE words_found;

INSERT INTO main.search_postings
FROM places_found ORDER BY key_id, next_id, form, next_form, doc, "position";

-- Most articles spell a word in one way.
CREATE OR REPLACE TEMP TABLE words_counted AS
SELECT
  segment, key_id, doc, min(form) AS form, max(form) AS last_form, count(*) AS hits, bool_or("position" < 64) AS in_title
FROM places_found
GROUP BY segment, key_id, doc;

INSERT INTO main.search_counts
FROM (
  SELECT segment, key_id, form, doc, hits, in_title FROM words_counted
  UNION ALL
  SELECT DISTINCT c.segment, key_id, p.form, doc, 0, false
  FROM words_counted c JOIN places_found p USING (key_id, doc)
  WHERE c.form < c.last_form AND p.form > c.form
)
ORDER BY key_id, form, doc;

DROP TABLE places_found;
DROP TABLE words_counted;
