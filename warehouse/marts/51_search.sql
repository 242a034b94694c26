-- The words of a question: part (what stands between quotation marks has an even one) and place in it. The first five hundred
-- count, as what is counted of them has nine bits.
CREATE MACRO search_asked(q) AS TABLE
WITH parts AS (
  SELECT unnest(pieces) AS piece, unnest(range(1, len(pieces) + 1)) AS part
  FROM (SELECT string_split(translate(nfc_normalize(coalesce(q, '')), '“”„«»″＂', '"""""""'), '"') AS pieces)
)
SELECT part, part % 2 = 0 AS phrase, unnest(words) AS raw, unnest(range(1, len(words) + 1)) AS place
FROM (SELECT part, search_split(piece) AS words FROM parts)
ORDER BY part, place
LIMIT 500;

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

-- What decides lies in numbers; headlines and addresses are fetched last. The common tables stand in a subquery so that DuckDB
-- sees a limit beside the order, and sorts no more than that.
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
  neighbours AS MATERIALIZED (
    SELECT a.part, a.phrase, a.place, a.key_id, b.key_id AS next_id, a.form, b.form AS next_form
    FROM asked a JOIN asked b ON a.part = b.part AND b.place = a.place + 1
    WHERE EXISTS (FROM needed)
  ),
  phrases AS MATERIALIZED (SELECT part, count(*) AS pairs FROM neighbours WHERE phrase GROUP BY part),
  rarest AS MATERIALIZED (
    SELECT key_id, articles * 2 < max(articles) OVER () AS rare
    FROM base.search_keys SEMI JOIN needed USING (key_id)
    ORDER BY articles, key_id LIMIT 1
  ),
  question AS MATERIALIZED (
    SELECT
      (SELECT count(*) FROM needed) AS words, (SELECT count(*) FROM spelled) AS spellings,
      (SELECT bool_and(plain) FROM asked) AS plain, EXISTS (FROM phrases) AS by_phrase, (SELECT rare FROM rarest) AS by_word
  ),
  -- The articles with all phrases: in each, one pair of words behind the other, so that their places less those in the
  -- question are the same.
  stand AS MATERIALIZED (
    SELECT doc, bool_and(exact) AS exact
    FROM (
      SELECT doc, part, bool_or(exact) AS exact
      FROM (
        SELECT
          p.doc, n.part, count(*) AS pairs,
          bool_and(p.form IS NOT DISTINCT FROM n.form AND p.next_form IS NOT DISTINCT FROM n.next_form) AS exact
        FROM search_postings p JOIN (FROM neighbours WHERE phrase) n USING (key_id, next_id)
        GROUP BY p.doc, n.part, p."position" - n.place
      )
      JOIN phrases USING (part, pairs)
      GROUP BY doc, part
    )
    GROUP BY doc
    HAVING count(*) = (SELECT count(*) FROM phrases)
  ),
  -- Looked at are the articles with the phrases, or those with the rarest word if it is much rarer than another, or all.
  likely AS MATERIALIZED (
    SELECT doc FROM stand
    UNION ALL
    SELECT doc
    FROM search_counts SEMI JOIN (FROM rarest SEMI JOIN question ON by_word AND NOT by_phrase) USING (key_id)
    WHERE hits > 0
  ),
  counted AS (
    FROM search_counts SEMI JOIN (FROM needed SEMI JOIN question ON by_phrase OR by_word) USING (key_id) SEMI JOIN likely USING (doc)
    UNION ALL
    FROM search_counts SEMI JOIN (FROM needed SEMI JOIN question ON NOT (by_phrase OR by_word)) USING (key_id)
  ),
  -- Counts of an article in one number, as one sum costs a fraction of five: from the weightiest, words there at all,
  -- spellings as typed, words in the headline, words behind the one that they follow in the question (nine bits each, see
  -- search_asked), occurrences.
  told AS (
    SELECT
      doc,
      ((hits > 0)::BIGINT << 51) + (coalesce(typed, false)::BIGINT << 42) + (in_title::BIGINT << 33) + hits AS told
    FROM counted LEFT JOIN spelled USING (key_id, form)
    UNION ALL
    SELECT doc, slots << 24
    FROM (
      SELECT DISTINCT doc, key_id, next_id, slots
      FROM search_postings
      JOIN (SELECT key_id, next_id, count(*) AS slots FROM neighbours GROUP BY ALL) USING (key_id, next_id)
    )
  ),
  complete AS (
    SELECT doc, told, words, spellings, plain
    FROM (SELECT doc, sum(told)::BIGINT AS told FROM told GROUP BY doc)
    JOIN question ON told >> 51 = words AND words > 0
  ),
  -- One number to sort by, from the weightiest: exact, in_title, together, hits, and the newest before others.
  weighed AS (
    SELECT
      o.place,
      ((plain OR told >> 42 & 511 = spellings AND coalesce(s.exact, true))::BIGINT << 62)
      + ((told >> 33 & 511 = words)::BIGINT << 61)
      + ((told >> 24 & 511) << 52)
      + ((told & 16777215) << 28)
      + 268435455 - o.newest AS weight
    FROM complete c
    JOIN base.search_order o USING (doc)
    LEFT JOIN stand s USING (doc)
  ),
  ranked AS MATERIALIZED (SELECT row_number() OVER (ORDER BY weight DESC) AS rank, place, weight FROM weighed),
  -- By place, so that of few hits DuckDB opens the rows around them and not the whole table.
  shown AS (
    SELECT r.*, a.*, search_snippet(concat_ws(' ', a.lead, a.text), q) AS snippet
    FROM ranked r JOIN base.current_articles a ON a.rowid = r.place
    WHERE r.rank <= snippets
    UNION ALL
    SELECT r.*, a.*, NULL
    FROM ranked r JOIN base.current_articles a ON a.rowid = r.place
    WHERE r.rank > snippets
  )
  SELECT
    rank, article_id, source_id, title, published_at, published_date, first_seen, section, url, status,
    weight >> 62 = 1 AS exact, weight >> 61 & 1 = 1 AS in_title, weight >> 52 & 511 AS together,
    weight >> 28 & 16777215 AS hits, snippet
  FROM shown
)
ORDER BY rank;

COMMENT ON MACRO TABLE search IS 'Articles with all words of a question, the best first.';
