-- For each step of age: looks at articles of that age that one outlet has had seen before, how long those articles had been
-- waiting (in waits of the step, a long silence of ours bounded), and how many of the looks found them changed.
WITH
looks AS (
  SELECT
    a.article_id, c.fetched_at,
    lag(c.fetched_at) OVER (PARTITION BY a.article_id ORDER BY c.fetched_at) AS before,
    coalesce(r.published_at, a.first_seen) AS published_at
  FROM captures c
  JOIN addresses a ON a.source_id = c.source_id AND a.canonical_url = c.canonical_url
  JOIN articles art ON art.article_id = a.article_id
  JOIN versions v ON v.version_id = art.version_id
  LEFT JOIN readings r ON r.capture_id = v.capture_id AND r.reader_version = v.reader_version
  WHERE c.source_id = $source
    AND c.purpose = 'article'
    AND c.status IN (200, 304)
    AND c.fetched_at > $now::TIMESTAMPTZ - to_days($days)
    AND c.fetched_at <= $now::TIMESTAMPTZ
),
placed AS (
  SELECT
    looks.*,
    epoch(fetched_at - before) / 3600 AS gap,
    list_filter($steps, lambda s: greatest(epoch(fetched_at - published_at) / 3600, 0) <= s.age)[1] AS step
  FROM looks
  WHERE before IS NOT NULL AND fetched_at > before
)
SELECT
  p.step.age AS age,
  count(*) AS looks,
  sum(least(p.gap / p.step.wait, $longest)) AS waits,
  count(e.version_id) AS edits
FROM placed p
LEFT JOIN versions e ON e.article_id = p.article_id AND e.valid_from = p.fetched_at AND e.version_no > 1
WHERE p.step IS NOT NULL
GROUP BY ALL
ORDER BY age;
