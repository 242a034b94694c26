CREATE VIEW discovery AS
WITH
named AS (
  SELECT
    c.source_id, c.canonical_url, c.found_by, c.first_found_at, c.last_found_at,
    row_number() OVER address AS turn,
    count(*) OVER (PARTITION BY c.source_id, c.canonical_url) AS finders
  FROM candidates c
  WINDOW address AS (PARTITION BY c.source_id, c.canonical_url ORDER BY c.first_found_at, c.found_by)
)
SELECT
  n.source_id, n.found_by,
  count(*) AS named,
  count(*) FILTER (n.turn = 1) AS named_first,
  count(*) FILTER (n.finders = 1) AS named_alone,
  count(DISTINCT a.article_id) FILTER (n.turn = 1) AS articles_first,
  round(
    count(DISTINCT a.article_id) FILTER (n.turn = 1)
      / nullif(sum(count(DISTINCT a.article_id) FILTER (n.turn = 1)) OVER (PARTITION BY n.source_id), 0),
    4
  ) AS share_first,
  round(
    median((epoch(n.first_found_at) - epoch(t.published_at)) / 3600)
      FILTER (n.turn = 1 AND t.published_precision IN ('second', 'minute') AND n.first_found_at >= t.published_at),
    2
  ) AS hours_after_publication,
  min(n.first_found_at) AS since,
  max(n.last_found_at) AS last_named
FROM named n
LEFT JOIN addresses a ON a.source_id = n.source_id AND a.canonical_url = n.canonical_url
LEFT JOIN base.current_articles t ON t.article_id = a.article_id
GROUP BY n.source_id, n.found_by;

COMMENT ON VIEW discovery IS 'How the articles of each outlet are found: which kind of listing names how many, and which one names them first.';
COMMENT ON COLUMN discovery.source_id IS 'The outlet.';
COMMENT ON COLUMN discovery.found_by IS 'Kind of discovery: sitemap, feed, section, date-archive, json-api, link or operator.';
COMMENT ON COLUMN discovery.named IS 'Addresses that it named before anything was known of them.';
COMMENT ON COLUMN discovery.named_first IS 'Addresses that it named before any other kind.';
COMMENT ON COLUMN discovery.named_alone IS 'Addresses that no other kind named while they were new.';
COMMENT ON COLUMN discovery.articles_first IS 'Articles among those that it named first.';
COMMENT ON COLUMN discovery.share_first IS 'Their share of the articles of the outlet that any kind named.';
COMMENT ON COLUMN discovery.hours_after_publication IS 'Median hours from publication to its naming, of articles that it named first and whose time of publication is known to the minute.';
COMMENT ON COLUMN discovery.since IS 'When it first named one.';
COMMENT ON COLUMN discovery.last_named IS 'When it last named one that was not known.';
