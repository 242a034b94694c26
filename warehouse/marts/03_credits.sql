CREATE VIEW author_persons AS
WITH RECURSIVE stands_alone AS (
  SELECT * FROM authors WHERE author_id NOT IN (SELECT author_id FROM person_aliases)
),
-- The rule: an outlet was taken over, and a full name goes on in the other where it ends here, neither side having doubts.
followed AS (
  SELECT a.author_id, b.author_id AS next_id
  FROM stands_alone a
  JOIN sources s USING (source_id)
  JOIN stands_alone b ON b.source_id = s.successor AND b.key = a.key
  WHERE a."full" AND b.source_id <> a.source_id AND b.first_date >= a.last_date - 31
  QUALIFY count(*) OVER (PARTITION BY b.author_id) = 1
),
walked AS (
  SELECT author_id, next_id, 1 AS steps FROM followed
  UNION ALL
  SELECT w.author_id, f.next_id, w.steps + 1 FROM walked w JOIN followed f ON f.author_id = w.next_id WHERE w.steps < 8
),
latest AS (
  SELECT author_id, arg_max(next_id, steps) AS person_id FROM walked GROUP BY author_id
)
SELECT
  a.author_id, a.source_id, a.name, a.kind,
  CASE
    WHEN p.person_id IS NOT NULL THEN p.person_id
    WHEN a.kind <> 'initials' THEN coalesce(l.person_id, a.author_id)
  END AS person_id,
  coalesce(p.person, b.name, CASE WHEN a.kind <> 'initials' THEN a.name END) AS person,
  CASE
    WHEN p.person_id IS NOT NULL THEN 'stated'
    WHEN a.kind = 'initials' THEN 'open'
    WHEN l.person_id IS NOT NULL THEN 'taken over'
    ELSE 'outlet'
  END AS basis,
  CASE
    WHEN p.person_id IS NOT NULL THEN p.evidence
    WHEN l.person_id IS NOT NULL
      THEN a.source_id || ' was taken over by ' || b.source_id || '; last article ' || a.last_date
        || ', first one there ' || b.first_date
  END AS evidence
FROM authors a
LEFT JOIN person_aliases p USING (author_id)
LEFT JOIN latest l USING (author_id)
LEFT JOIN authors b ON b.author_id = l.person_id;

COMMENT ON VIEW author_persons IS 'Which person each author of an outlet is. Authors of two outlets are one person only where people.yaml states it, or where one outlet was taken over by the other, the name is a full one of three words or more, and it begins there when it ends here; never by initials.';
COMMENT ON COLUMN author_persons.author_id IS 'The author: a name within one outlet.';
COMMENT ON COLUMN author_persons.source_id IS 'The outlet.';
COMMENT ON COLUMN author_persons.name IS 'The spelling that most of its articles have.';
COMMENT ON COLUMN author_persons.kind IS 'person, pen-name or initials.';
COMMENT ON COLUMN author_persons.person_id IS 'The person: the author_id of one of the authors. NULL for initials of which nobody states whose they are.';
COMMENT ON COLUMN author_persons.person IS 'Name of the person.';
COMMENT ON COLUMN author_persons.basis IS 'outlet (nobody was joined to), taken over (by the rule), stated (by people.yaml), open (initials).';
COMMENT ON COLUMN author_persons.evidence IS 'What joins the author to the person, where another author is the same one.';

CREATE VIEW credits AS
WITH credited AS (
  SELECT
    source_id, article_id, published_date,
    unnest(range(1, len(people) + 1)) AS position,
    unnest(people).name AS name,
    unnest(people).roles AS roles,
    unnest(people).kind AS kind,
    unnest(people).affiliation AS affiliation,
    unnest(people).raw AS raw,
    url, title
  FROM base.current_articles
)
SELECT c.*, a.author_id, p.person_id
FROM credited c
LEFT JOIN article_authors a USING (article_id, position)
LEFT JOIN author_persons p ON p.author_id = a.author_id;

COMMENT ON VIEW credits IS 'One person credited with an article in its latest version.';
COMMENT ON COLUMN credits.source_id IS 'The outlet.';
COMMENT ON COLUMN credits.article_id IS 'The article.';
COMMENT ON COLUMN credits.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN credits.position IS 'Place among the people of the article, from 1.';
COMMENT ON COLUMN credits.name IS 'Name, pen name or initials as credited.';
COMMENT ON COLUMN credits.roles IS 'text, photo, video, graphics, translation, compilation, record, edit.';
COMMENT ON COLUMN credits.kind IS 'person, pen-name or initials.';
COMMENT ON COLUMN credits.affiliation IS 'What stands in brackets after the name and is neither role nor source.';
COMMENT ON COLUMN credits.raw IS 'Text from which the credit was read.';
COMMENT ON COLUMN credits.url IS 'Address of the article.';
COMMENT ON COLUMN credits.title IS 'Headline of the article.';
COMMENT ON COLUMN credits.author_id IS 'The author: this name, in any spelling, within the outlet (authors).';
COMMENT ON COLUMN credits.person_id IS 'The person whom the author is (author_persons); NULL for initials of which nobody states whose they are.';
