CREATE VIEW persons AS
SELECT
  p.person_id,
  min(p.person) AS person,
  count(*) AS authors,
  list(DISTINCT a.source_id ORDER BY a.source_id) AS source_ids,
  list_sort(list_distinct(flatten(list(n.names)))) AS names,
  sum(a.articles)::INTEGER AS articles,
  min(a.first_date) AS first_date,
  max(a.last_date) AS last_date,
  list(DISTINCT p.basis ORDER BY p.basis) AS basis,
  list(DISTINCT p.evidence ORDER BY p.evidence) FILTER (p.evidence IS NOT NULL) AS evidence
FROM author_persons p
JOIN authors a USING (author_id)
JOIN (SELECT author_id, list(name ORDER BY name) AS names FROM author_names GROUP BY author_id) n USING (author_id)
WHERE p.person_id IS NOT NULL
GROUP BY p.person_id;

COMMENT ON VIEW persons IS 'One person as far as is known: all authors that are taken for them, over all outlets.';
COMMENT ON COLUMN persons.person_id IS 'The person.';
COMMENT ON COLUMN persons.person IS 'Name.';
COMMENT ON COLUMN persons.authors IS 'How many authors (names within an outlet) are this person.';
COMMENT ON COLUMN persons.source_ids IS 'Outlets.';
COMMENT ON COLUMN persons.names IS 'All spellings, pen names and initials.';
COMMENT ON COLUMN persons.articles IS 'Articles; one that credits two of the names counts twice.';
COMMENT ON COLUMN persons.first_date IS 'Day of the earliest dated one.';
COMMENT ON COLUMN persons.last_date IS 'Day of the latest dated one.';
COMMENT ON COLUMN persons.basis IS 'outlet, taken over, stated: what makes the authors one person, see author_persons.';
COMMENT ON COLUMN persons.evidence IS 'The evidence; NULL where nobody was joined.';

CREATE VIEW productivity AS
WITH credited AS (
  SELECT
    coalesce(p.person_id, c.author_id) AS person_id, coalesce(p.person, p.name) AS person, p.kind,
    c.source_id, c.article_id, c.published_date,
    list_has_any(c.roles, ['text', 'translation', 'compilation', 'record']) AS writes,
    list_contains(c.roles, 'photo') AS photographs
  FROM article_authors c JOIN author_persons p USING (author_id)
  WHERE c.published_date IS NOT NULL
),
-- Most articles credit one person: only the others have to be gathered by article, which is what takes time.
several AS (
  SELECT article_id FROM article_authors WHERE position = 2
),
gathered AS (
  SELECT
    person_id, min(person) AS person, max(kind) AS kind, source_id, article_id, published_date,
    bool_or(writes) AS writes, bool_or(photographs) AS photographs
  FROM credited SEMI JOIN several USING (article_id)
  GROUP BY person_id, source_id, article_id, published_date
),
each_article AS (
  SELECT person_id, person, kind, source_id, article_id, published_date, writes, photographs, false AS joint
  FROM credited ANTI JOIN several USING (article_id)
  UNION ALL
  SELECT *, writes AND count(*) FILTER (writes) OVER (PARTITION BY article_id) > 1 FROM gathered
)
SELECT
  e.person_id, min(e.person) AS person, max(e.kind) AS kind, e.source_id, date_trunc('month', e.published_date)::DATE AS month,
  count(*) AS articles,
  count(*) FILTER (e.writes) AS written,
  count(*) FILTER (e.photographs) AS photographed,
  bit_count(bit_or(1::BIGINT << day(e.published_date)))::BIGINT AS active_days,  -- a bit a day of the month: much quicker than DISTINCT
  count(DISTINCT a.section) AS sections,
  count(*) FILTER (e.joint) AS joint,
  count(*) FILTER (e.joint) / nullif(count(*) FILTER (e.writes), 0) AS share_joint
FROM each_article e
JOIN base.current_articles a USING (article_id)
GROUP BY e.person_id, e.source_id, month;

COMMENT ON VIEW productivity IS 'What one person published in one outlet and month. Undated articles are not counted.';
COMMENT ON COLUMN productivity.person_id IS 'The person; the author where it is initials of which nobody states whose they are.';
COMMENT ON COLUMN productivity.person IS 'Name.';
COMMENT ON COLUMN productivity.kind IS 'person, pen-name or initials.';
COMMENT ON COLUMN productivity.source_id IS 'The outlet.';
COMMENT ON COLUMN productivity.month IS 'First day of the month of publication in Vietnam.';
COMMENT ON COLUMN productivity.articles IS 'Articles that credit the person in any role.';
COMMENT ON COLUMN productivity.written IS 'Those that credit them with text, translation, compilation or record.';
COMMENT ON COLUMN productivity.photographed IS 'Those that credit them with photographs.';
COMMENT ON COLUMN productivity.active_days IS 'Days with an article.';
COMMENT ON COLUMN productivity.sections IS 'Sections with an article.';
COMMENT ON COLUMN productivity.joint IS 'Written ones that somebody else wrote as well; who only took the photographs does not count.';
COMMENT ON COLUMN productivity.share_joint IS 'Those of the written ones; NULL where none was written.';

CREATE VIEW initials_candidates AS
SELECT
  i.author_id, i.source_id, i.name, i.articles, i.first_date, i.last_date,
  c.author_id AS candidate_id, c.name AS candidate, c.articles AS candidate_articles,
  c.first_date AS candidate_first_date, c.last_date AS candidate_last_date
FROM authors i
JOIN authors c ON c.source_id = i.source_id AND c.initials = i.initials AND c.kind <> 'initials'
WHERE i.kind = 'initials' AND i.author_id NOT IN (SELECT author_id FROM person_aliases);

COMMENT ON VIEW initials_candidates IS 'Whose initials these could be: names of the same outlet with the same first letters. A list to check before stating something in people.yaml; nothing is joined by it.';
COMMENT ON COLUMN initials_candidates.author_id IS 'The author known by initials.';
COMMENT ON COLUMN initials_candidates.source_id IS 'The outlet.';
COMMENT ON COLUMN initials_candidates.name IS 'The initials.';
COMMENT ON COLUMN initials_candidates.articles IS 'Articles signed with them.';
COMMENT ON COLUMN initials_candidates.first_date IS 'Day of the earliest of them.';
COMMENT ON COLUMN initials_candidates.last_date IS 'Day of the latest of them.';
COMMENT ON COLUMN initials_candidates.candidate_id IS 'The author whose initials they could be.';
COMMENT ON COLUMN initials_candidates.candidate IS 'Their name.';
COMMENT ON COLUMN initials_candidates.candidate_articles IS 'Their articles.';
COMMENT ON COLUMN initials_candidates.candidate_first_date IS 'Day of their earliest.';
COMMENT ON COLUMN initials_candidates.candidate_last_date IS 'Day of their latest.';
