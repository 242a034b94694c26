-- Notes for every derivation the articles that the build made, changed or took away; `replaced` is what was there before,
-- `built` what is there now. A visit that showed nothing new, a move and a removal leave nothing to derive: derivations look
-- at texts, and at when they were there first.
INSERT INTO underived (derivation, article_id)
WITH
before AS (SELECT article_id, first_seen, version_id, reader_version FROM replaced),
now AS (SELECT article_id, first_seen, version_id, reader_version FROM built),
changed AS (
  (FROM now EXCEPT FROM before)
  UNION ALL
  (FROM before EXCEPT FROM now)
)
SELECT d.name, c.article_id
FROM (SELECT DISTINCT article_id FROM changed) c CROSS JOIN derivations d;

-- Articles whose pages were read by several versions of the reader, as those of two addresses that are one now: the rest of
-- them is to be read by the newest.
INSERT INTO unread_addresses (source_id, canonical_url)
WITH
newest AS (
  SELECT m.source_id, m.canonical_url, m.payload_of, max(readers.rank) AS rank
  FROM mine m
  JOIN taken t ON t.capture_id = m.payload_of
  JOIN readers USING (reader_version)
  GROUP BY ALL
),
of_todo AS MATERIALIZED (SELECT a.* FROM addresses a SEMI JOIN todo USING (source_id, canonical_url)),
mixed AS (
  SELECT a.article_id
  FROM of_todo a JOIN newest USING (source_id, canonical_url)
  WHERE a.article_id IS NOT NULL
  GROUP BY a.article_id
  HAVING min(rank) < max(rank)
)
SELECT source_id, canonical_url FROM of_todo SEMI JOIN mixed USING (article_id);
