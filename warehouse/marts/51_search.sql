-- The words of a question: part (what stands between quotation marks has an even one) and place in it.
CREATE MACRO search_asked(q) AS TABLE
WITH parts AS (
  SELECT unnest(pieces) AS piece, unnest(range(1, len(pieces) + 1)) AS part
  FROM (SELECT string_split(translate(nfc_normalize(coalesce(q, '')), '“”„«»″＂', '"""""""'), '"') AS pieces)
)
SELECT part, part % 2 = 0 AS phrase, unnest(words) AS raw, unnest(range(1, len(words) + 1)) AS place
FROM (SELECT part, search_split(piece) AS words FROM parts);

-- The question's words without marks, at most forty.
CREATE MACRO search_needed(q) AS list_transform(search_split(nfc_normalize(coalesce(q, '')))[:40], lambda w: search_key(w));

-- A text letter for letter as the index sees it: no marks, a blank for each sign that stands beside words.
CREATE MACRO search_flat(txt) AS ' ' || translate(
  search_key(txt),
  chr(9) || chr(10) || chr(13) || '.,;:!?()[]{}<>"''`/\|-+*%&=_…–—“”„‘’«»',
  repeat(' ', 45)
) || ' ';

-- Where a text speaks of a question: where all its words stand in a row, or else two of them, or else one; from 1.
-- A lambda over one value gives it a name: what stands in a lambda as an expression is computed for every element.
CREATE MACRO search_spot(txt, words) AS coalesce(list_transform([search_flat(txt)], lambda flat: list_filter(
  list_transform(
    list_concat(
      [array_to_string(words, ' ')],
      list_transform(range(1, len(words)), lambda i: words[i] || ' ' || words[i + 1]),
      words
    ),
    lambda needle: strpos(flat, ' ' || needle || ' ')
  ),
  lambda spot: spot > 0
)[1])[1], 1);

-- The stretch of a text around such a place, from blank to blank.
CREATE MACRO search_stretch(txt, spot) AS
  CASE WHEN spot > 61 THEN '… ' || regexp_replace(substring(txt, spot - 60, 60), '^\S*\s', '') ELSE left(txt, spot - 1) END
  || CASE WHEN len(txt) >= spot + 180 THEN regexp_replace(substring(txt, spot, 180), '\s\S*$', '') || ' …' ELSE substring(txt, spot) END;

-- The stretch of a text that tells most of a question, with the words asked for in brackets.
CREATE MACRO search_snippet(txt, q) AS list_transform([search_needed(q)], lambda words: array_to_string(list_transform(
  list_transform([search_spot(txt, words)], lambda spot: regexp_extract_all(
    regexp_replace(search_stretch(txt, spot), '\s+', ' ', 'g'), '[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+'
  ))[1],
  lambda piece: CASE WHEN list_contains(words, search_key(piece)) THEN '[' || piece || ']' ELSE piece END
), ''))[1];

CREATE MACRO search(q, snippets := 20) AS TABLE
WITH asked AS MATERIALIZED (
  SELECT
    s.part, s.phrase, s.place, any_value(w.key_id) AS key_id,
    max(w.form) FILTER (w.word = search_spelling(s.raw)) AS form,
    bool_and(s.raw = search_key(s.raw)) AS plain
  FROM search_asked(q) s
  LEFT JOIN search_words w ON w.key = search_key(s.raw)
  GROUP BY ALL
),
needed AS MATERIALIZED (SELECT DISTINCT key_id FROM asked),
frequency AS MATERIALIZED (
  SELECT key_id, count(*) AS places FROM search_postings SEMI JOIN needed USING (key_id) GROUP BY key_id
),
-- The rarest word, then the one after it, decide first which articles are looked at.
rare AS MATERIALIZED (FROM frequency ORDER BY places, key_id LIMIT 2),
rarest AS MATERIALIZED (SELECT key_id FROM rare ORDER BY places, key_id LIMIT 1),
second AS MATERIALIZED (SELECT key_id FROM rare ORDER BY places DESC, key_id DESC LIMIT 1),
first_docs AS MATERIALIZED (SELECT DISTINCT doc FROM search_postings SEMI JOIN rarest USING (key_id)),
likely AS MATERIALIZED (
  SELECT DISTINCT doc
  FROM search_postings SEMI JOIN second USING (key_id) SEMI JOIN first_docs USING (doc)
  WHERE NOT EXISTS (FROM asked WHERE key_id IS NULL)
),
found AS MATERIALIZED (
  SELECT doc, key_id, form, count(*) AS hits, bool_or("position" < 64) AS in_title
  FROM search_postings SEMI JOIN needed USING (key_id) SEMI JOIN likely USING (doc)
  GROUP BY doc, key_id, form
),
complete AS MATERIALIZED (
  SELECT doc, sum(hits)::BIGINT AS hits
  FROM found GROUP BY doc HAVING count(DISTINCT key_id) = (SELECT count(*) FROM needed)
),
slots AS (
  SELECT f.doc, bool_or(f.form IS NOT DISTINCT FROM a.form) AS exact, bool_or(f.in_title) AS in_title
  FROM found f SEMI JOIN complete USING (doc) JOIN asked a USING (key_id)
  GROUP BY f.doc, a.part, a.place
),
judged AS (
  SELECT doc, bool_and(exact) AS exact, bool_and(in_title) AS in_title FROM slots GROUP BY doc
),
-- Words stand together as in the question where their places less those in the question are the same. A frequent word
-- stands nearly everywhere: of the most frequent one only what stands together with another word is looked at.
paired AS MATERIALIZED (SELECT * FROM asked WHERE part IN (SELECT part FROM asked GROUP BY part HAVING count(*) > 1)),
frequent AS MATERIALIZED (
  SELECT key_id
  FROM paired JOIN frequency USING (key_id)
  GROUP BY key_id HAVING count(*) = 1
  ORDER BY any_value(places) DESC, key_id LIMIT 1
),
near AS MATERIALIZED (
  SELECT p.doc, a.part, p."position" - a.place AS start, a.place, p.form IS NOT DISTINCT FROM a.form AS exact
  FROM (
    FROM search_postings
    SEMI JOIN (SELECT key_id FROM paired EXCEPT FROM frequent) USING (key_id)
    SEMI JOIN complete USING (doc)
  ) p
  JOIN paired a USING (key_id)
),
beside AS (
  SELECT p.doc, a.part, p."position" - a.place AS start, a.place, p.form IS NOT DISTINCT FROM a.form AS exact
  FROM (FROM search_postings SEMI JOIN frequent USING (key_id) SEMI JOIN complete USING (doc)) p
  JOIN paired a USING (key_id)
),
together AS MATERIALIZED (
  SELECT doc, part, list(place) AS spots, bool_and(exact) AS exact
  FROM (FROM near UNION ALL SELECT b.* FROM beside b SEMI JOIN near USING (doc, part, start))
  GROUP BY doc, part, start
  HAVING count(*) > 1
),
-- Phrases: all words of a part, one behind the other.
phrases AS (
  SELECT part, max(place) AS words FROM paired WHERE phrase GROUP BY part
),
stand AS (
  SELECT doc, count(DISTINCT part) AS parts, count(DISTINCT part) FILTER (exact) AS exact_parts
  FROM together JOIN phrases USING (part)
  WHERE len(spots) = words
  GROUP BY doc
),
-- How many words stand behind the word that they follow in the question.
neighbours AS (
  SELECT doc, count(DISTINCT (part, spot)) AS together
  FROM (
    SELECT doc, part, unnest(list_filter(spots, lambda spot: list_contains(spots, spot + 1))) AS spot FROM together
  )
  GROUP BY doc
),
ranked AS MATERIALIZED (
  SELECT
    row_number() OVER (
      ORDER BY (j.exact AND coalesce(s.parts = s.exact_parts, true)) OR (SELECT bool_and(plain) FROM asked) DESC,
        j.in_title DESC, coalesce(n.together, 0) DESC, c.hits DESC, a.published_at DESC NULLS LAST, a.article_id
    ) AS rank,
    a.article_id, a.source_id, a.title, a.published_at, a.published_date, a.first_seen, a.section, a.url, a.status,
    (j.exact AND coalesce(s.parts = s.exact_parts, true)) OR (SELECT bool_and(plain) FROM asked) AS exact,
    j.in_title, coalesce(n.together, 0) AS together, c.hits
  FROM complete c
  JOIN judged j USING (doc)
  LEFT JOIN stand s USING (doc)
  LEFT JOIN neighbours n USING (doc)
  JOIN search_documents d USING (doc)
  JOIN base.current_articles a USING (article_id)
  WHERE coalesce(s.parts, 0) = (SELECT count(*) FROM phrases)
)
SELECT r.*, t.snippet
FROM ranked r
LEFT JOIN (
  SELECT article_id, search_snippet(concat_ws(' ', a.lead, a.text), q) AS snippet
  FROM base.current_articles a
  WHERE article_id IN (SELECT article_id FROM ranked WHERE rank <= snippets)
) t USING (article_id)
ORDER BY rank;

COMMENT ON MACRO TABLE search IS 'Articles with all words of a question, the best first.';
