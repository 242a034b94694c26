CREATE VIEW source_health AS
WITH
visits AS (
  SELECT
    source_id,
    count(*) AS captures,
    max(fetched_at) AS last_crawl,
    max_by(run_id, fetched_at) AS last_run
  FROM captures
  GROUP BY source_id
),
last_run AS (
  SELECT
    c.source_id,
    count(*) AS asked,
    count(*) FILTER (
      c.outcome IN ('response', 'not-modified', 'unchanged') AND (coalesce(c.status, 200) < 400 OR c.status IN (404, 410))
    ) AS answered
  FROM captures c JOIN visits v ON v.source_id = c.source_id AND v.last_run IS NOT DISTINCT FROM c.run_id
  GROUP BY c.source_id
),
found AS (
  SELECT
    source_id,
    count(*) AS articles,
    count(DISTINCT article_id) FILTER (version_no > 1) AS edited,
    max(first_seen) AS last_new_article,
    count(*) FILTER (status = 'live') AS live,
    count(*) FILTER (status = 'missing') AS missing,
    count(*) FILTER (status = 'gone') AS gone,
    count(*) FILTER (status = 'unreachable') AS unreachable,
    count(*) FILTER (status = 'blocked') AS blocked
  FROM base.current_articles
  GROUP BY source_id
),
past AS (
  SELECT a.source_id, count(*) AS versions
  FROM base.past_versions p JOIN base.current_articles a USING (article_id)
  GROUP BY a.source_id
)
SELECT
  s.source_id, s.name, s.enabled,
  coalesce(f.articles, 0) AS articles,
  coalesce(f.articles, 0) + coalesce(p.versions, 0) AS versions,
  coalesce(v.captures, 0) AS captures,
  v.last_crawl, f.last_new_article,
  coalesce(f.live, 0) AS live, coalesce(f.missing, 0) AS missing, coalesce(f.gone, 0) AS gone,
  coalesce(f.unreachable, 0) AS unreachable, coalesce(f.blocked, 0) AS blocked,
  r.asked AS last_run_asked, r.answered AS last_run_answered,
  coalesce(r.answered < 0.5 * r.asked, false) AS failing
FROM sources s
LEFT JOIN visits v USING (source_id)
LEFT JOIN last_run r USING (source_id)
LEFT JOIN found f USING (source_id)
LEFT JOIN past p USING (source_id);

COMMENT ON VIEW source_health IS 'How each outlet fares: what it brought, when it was last crawled, and what answers.';
COMMENT ON COLUMN source_health.source_id IS 'The outlet.';
COMMENT ON COLUMN source_health.name IS 'Its name.';
COMMENT ON COLUMN source_health.enabled IS 'Whether the schedule crawls it.';
COMMENT ON COLUMN source_health.articles IS 'Articles known.';
COMMENT ON COLUMN source_health.versions IS 'Versions known, first ones included.';
COMMENT ON COLUMN source_health.captures IS 'Exchanges and attempts at exchanges.';
COMMENT ON COLUMN source_health.last_crawl IS 'Latest exchange.';
COMMENT ON COLUMN source_health.last_new_article IS 'When an article was last seen for the first time.';
COMMENT ON COLUMN source_health.live IS 'Articles that are there.';
COMMENT ON COLUMN source_health.missing IS 'Articles that were not there on the last visit.';
COMMENT ON COLUMN source_health.gone IS 'Articles that are confirmed gone.';
COMMENT ON COLUMN source_health.unreachable IS 'Articles whose server did not answer on the last visit.';
COMMENT ON COLUMN source_health.blocked IS 'Articles that we were not let see on the last visit.';
COMMENT ON COLUMN source_health.last_run_asked IS 'Exchanges of the latest run.';
COMMENT ON COLUMN source_health.last_run_answered IS 'Those that brought a page, a redirect, nothing new, or word that the page is not there.';
COMMENT ON COLUMN source_health.failing IS 'Whether less than half of the latest run was answered.';
