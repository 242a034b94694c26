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
WITH each_article AS (
  SELECT
    coalesce(p.person_id, c.author_id) AS person_id, c.source_id, c.article_id,
    date_trunc('month', c.published_date)::DATE AS month, c.published_date,
    min(coalesce(p.person, p.name)) AS person,
    max(p.kind) AS kind,
    bool_or(list_has_any(c.roles, ['text', 'translation', 'compilation', 'record'])) AS writes,
    bool_or(list_contains(c.roles, 'photo')) AS photographs
  FROM article_authors c JOIN author_persons p USING (author_id)
  WHERE c.published_date IS NOT NULL
  GROUP BY c.source_id, c.article_id, coalesce(p.person_id, c.author_id), c.published_date
),
shared AS (
  SELECT article_id, count(*) FILTER (writes) > 1 AS joint FROM each_article GROUP BY article_id
)
SELECT
  e.person_id, min(e.person) AS person, max(e.kind) AS kind, e.source_id, e.month,
  count(*) AS articles,
  count(*) FILTER (e.writes) AS written,
  count(*) FILTER (e.photographs) AS photographed,
  count(DISTINCT e.published_date) AS active_days,
  count(DISTINCT a.section) AS sections,
  count(*) FILTER (e.writes AND s.joint) AS joint,
  count(*) FILTER (e.writes AND s.joint) / nullif(count(*) FILTER (e.writes), 0) AS share_joint
FROM each_article e
JOIN shared s USING (article_id)
JOIN base.current_articles a USING (article_id)
GROUP BY e.person_id, e.source_id, e.month;

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
