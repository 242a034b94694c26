-- The authors who are called like this, with those who are one person with them; the closest of three ways counts:
-- the same name in any spelling, without marks, or as a part of the name. Without `key` all who are one with another.
WITH named AS (
  SELECT author_id, min(CASE WHEN key = $key THEN 1 WHEN bare = $bare THEN 2 ELSE 3 END) AS way
  FROM (
    SELECT author_id, key, replace(strip_accents(key), 'đ', 'd') AS bare FROM authors
    UNION ALL
    SELECT author_id, lower(person), replace(strip_accents(lower(person)), 'đ', 'd') FROM person_aliases SEMI JOIN authors USING (author_id)
  )
  WHERE key = $key OR (' ' || bare || ' ') LIKE '% ' || replace(replace($bare, '%', ''), '_', '') || ' %'
  GROUP BY author_id
),
meant AS (
  SELECT DISTINCT coalesce(p.person_id, p.author_id) AS id
  FROM named JOIN author_persons p USING (author_id)
  WHERE way = (SELECT min(way) FROM named)
  UNION ALL
  SELECT person_id FROM author_persons
  WHERE $key IS NULL AND person_id IS NOT NULL
  GROUP BY person_id
  HAVING count(*) > 1 OR bool_or(basis = 'stated')
)
SELECT
  coalesce(p.person_id, p.author_id) AS person_id, coalesce(p.person, p.name) AS person, p.source_id, p.kind,
  list(n.name ORDER BY n.articles DESC, n.name) AS spellings, any_value(a.articles) AS articles,
  any_value(a.first_date) AS first_date, any_value(a.last_date) AS last_date, p.basis, p.evidence
FROM author_persons p
JOIN meant m ON m.id = coalesce(p.person_id, p.author_id)
JOIN authors a USING (author_id)
JOIN author_names n USING (author_id)
GROUP BY p.author_id, p.person_id, p.person, p.name, p.source_id, p.kind, p.basis, p.evidence
ORDER BY person, person_id, articles DESC, p.source_id
LIMIT $most;
