-- Notes for every derivation the articles that the build made, changed or took away; `replaced` is what was there before.
-- A visit that showed nothing new leaves nothing to derive.
INSERT INTO underived (derivation, article_id)
WITH made AS (
  SELECT a.article_id, a.status, a.url, a.first_seen, a.version_id, v.reader_version
  FROM articles a LEFT JOIN versions v USING (version_id)
  WHERE a.article_id IN (SELECT article_id FROM addresses SEMI JOIN todo USING (source_id, canonical_url))
),
changed AS (
  (FROM made EXCEPT FROM replaced)
  UNION ALL
  (FROM replaced EXCEPT FROM made)
)
SELECT d.name, c.article_id
FROM (SELECT DISTINCT article_id FROM changed) c CROSS JOIN derivations d;
