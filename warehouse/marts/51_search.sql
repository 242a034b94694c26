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

-- What decides lies in numbers; headlines and addresses are fetched last, for what a limit leaves. The common tables stand
-- in a subquery so that DuckDB sees a limit beside the order, and sorts no more than that.
CREATE MACRO search(q, snippets := 20) AS TABLE
SELECT *
FROM (
  WITH asked AS MATERIALIZED (
    SELECT
      s.part, s.phrase, s.place, any_value(w.key_id) AS key_id,
      max(w.form) FILTER (w.word = search_spelling(s.raw)) AS form,
      bool_and(s.raw = search_key(s.raw)) AS plain
    FROM search_asked(q) s
    LEFT JOIN search_words w ON w.key = search_key(s.raw)
    GROUP BY ALL
  ),
  needed AS MATERIALIZED (SELECT DISTINCT key_id FROM asked WHERE NOT EXISTS (FROM asked WHERE key_id IS NULL)),
  spelled AS MATERIALIZED (SELECT DISTINCT key_id, form, true AS typed FROM asked),
  -- The articles with the rarest word are those that are looked at.
  rarest AS MATERIALIZED (
    SELECT key_id FROM search_counts SEMI JOIN needed USING (key_id) GROUP BY key_id ORDER BY count(*), key_id LIMIT 1
  ),
  likely AS MATERIALIZED (SELECT doc FROM search_counts SEMI JOIN rarest USING (key_id) WHERE hits > 0),
  -- Counts of an article's words in one number, as one sum costs half of four: from the weightiest, words there at all,
  -- spellings as typed, words in the headline (twelve bits each), occurrences.
  complete AS MATERIALIZED (
    SELECT
      doc, told & 16777215 AS hits,
      told >> 36 & 4095 = (SELECT count(*) FROM spelled) AS exact,
      told >> 24 & 4095 = (SELECT count(*) FROM needed) AS in_title
    FROM (
      SELECT
        doc,
        sum(((hits > 0)::BIGINT << 48) + (coalesce(typed, false)::BIGINT << 36) + (in_title::BIGINT << 24) + hits)::BIGINT AS told
      FROM search_counts SEMI JOIN needed USING (key_id) SEMI JOIN likely USING (doc)
      LEFT JOIN spelled USING (key_id, form)
      GROUP BY doc
    )
    WHERE told >> 48 = (SELECT count(*) FROM needed)
  ),
  neighbours AS MATERIALIZED (
    SELECT a.part, a.phrase, a.place, a.key_id, b.key_id AS next_id, a.form, b.form AS next_form
    FROM asked a JOIN asked b ON a.part = b.part AND b.place = a.place + 1
  ),
  -- How many words stand behind the word that they follow in the question.
  beside AS MATERIALIZED (
    SELECT doc, sum(slots)::BIGINT AS together
    FROM (
      SELECT DISTINCT doc, key_id, next_id, slots
      FROM search_postings
      JOIN (SELECT key_id, next_id, count(*) AS slots FROM neighbours GROUP BY ALL) USING (key_id, next_id)
    )
    GROUP BY doc
  ),
  -- Phrases: all words of a part, one behind the other: their places less those in the question are the same.
  phrases AS MATERIALIZED (SELECT part, count(*) AS pairs FROM neighbours WHERE phrase GROUP BY part),
  stand AS MATERIALIZED (
    SELECT doc, count(DISTINCT part) AS parts, count(DISTINCT part) FILTER (exact) AS exact_parts
    FROM (
      SELECT
        p.doc, n.part, count(*) AS pairs,
        bool_and(p.form IS NOT DISTINCT FROM n.form AND p.next_form IS NOT DISTINCT FROM n.next_form) AS exact
      FROM search_postings p
      JOIN (FROM neighbours WHERE phrase) n USING (key_id, next_id)
      SEMI JOIN complete USING (doc)
      GROUP BY p.doc, n.part, p."position" - n.place
    )
    JOIN phrases USING (part, pairs)
    GROUP BY doc
  ),
  judged AS (
    SELECT
      c.doc, c.in_title, c.hits, coalesce(b.together, 0) AS together, o.newest, o.place,
      (c.exact AND coalesce(s.parts = s.exact_parts, true)) OR (SELECT bool_and(plain) FROM asked) AS exact
    FROM complete c
    JOIN base.search_order o USING (doc)
    LEFT JOIN stand s USING (doc)
    LEFT JOIN beside b USING (doc)
    WHERE coalesce(s.parts, 0) = (SELECT count(*) FROM phrases)
  ),
  -- One number to sort by, from the weightiest: exact, in_title, together, hits.
  ranked AS MATERIALIZED (
    SELECT
      row_number() OVER (
        ORDER BY (exact::BIGINT << 61) + (in_title::BIGINT << 60) + (together << 32) + hits DESC, newest
      ) AS rank,
      *
    FROM judged
  ),
  told AS (
    SELECT r.*, t.snippet
    FROM ranked r
    LEFT JOIN (
      SELECT doc, search_snippet(concat_ws(' ', a.lead, a.text), q) AS snippet
      FROM base.current_articles a
      WHERE a.rowid IN (SELECT place FROM ranked WHERE rank <= snippets)
    ) t USING (doc)
  )
  -- By place, so that of few hits DuckDB opens the rows around them and not the whole table.
  SELECT
    t.rank, a.article_id, a.source_id, a.title, a.published_at, a.published_date, a.first_seen, a.section, a.url,
    a.status, t.exact, t.in_title, t.together, t.hits, t.snippet
  FROM told t
  JOIN base.current_articles a ON a.rowid = t.place
)
ORDER BY rank;

COMMENT ON MACRO TABLE search IS 'Articles with all words of a question, the best first.';
