-- Notes for every derivation the articles that the build made, changed or took away; `replaced` is what was there before,
-- `built` what is there now. A visit that showed nothing new leaves nothing to derive.
INSERT INTO underived (derivation, article_id)
WITH
before AS (SELECT article_id, status, url, first_seen, version_id, reader_version FROM replaced),
changed AS (
  (FROM built EXCEPT FROM before)
  UNION ALL
  (FROM before EXCEPT FROM built)
)
SELECT d.name, c.article_id
FROM (SELECT DISTINCT article_id FROM changed) c CROSS JOIN derivations d;
