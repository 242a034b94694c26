CREATE VIEW agency_shares AS
WITH dated AS (
  SELECT article_id, source_id, date_trunc('month', published_date)::DATE AS month FROM base.current_articles
),
totals AS (
  SELECT source_id, month, count(*) AS of_articles FROM dated GROUP BY ALL
),
credited AS (
  SELECT DISTINCT article_id, agency FROM source_credits WHERE agency IS NOT NULL
),
-- An article that credits nobody and has the text of one that credits the service.
taken AS (
  SELECT DISTINCT m.article_id, c.agency
  FROM credited c
  JOIN story_members s ON s.article_id = c.article_id
  JOIN story_members m ON m.story_id = s.story_id
  JOIN base.current_articles a ON a.article_id = m.article_id
  WHERE len(a.credited_sources) = 0
),
photos AS (
  SELECT article_id, agency, count(*) AS photos FROM photo_credits WHERE agency IS NOT NULL GROUP BY ALL
),
used AS (
  SELECT
    coalesce(c.article_id, t.article_id, p.article_id) AS article_id, coalesce(c.agency, t.agency, p.agency) AS agency,
    c.article_id IS NOT NULL AS credited, t.article_id IS NOT NULL AS taken, coalesce(p.photos, 0) AS photos
  FROM credited c
  FULL JOIN taken t ON t.article_id = c.article_id AND t.agency = c.agency
  FULL JOIN photos p ON p.article_id = coalesce(c.article_id, t.article_id) AND p.agency = coalesce(c.agency, t.agency)
)
SELECT
  d.source_id, d.month, u.agency,
  count(*) FILTER (u.credited) AS articles,
  count(*) FILTER (u.taken) AS uncredited,
  sum(u.photos)::BIGINT AS photos,
  any_value(n.of_articles) AS of_articles,
  count(*) FILTER (u.credited) / any_value(n.of_articles) AS share
FROM used u
JOIN dated d USING (article_id)
JOIN totals n ON n.source_id = d.source_id AND n.month IS NOT DISTINCT FROM d.month
GROUP BY d.source_id, d.month, u.agency;

COMMENT ON VIEW agency_shares IS 'What one outlet took from one wire service in a month. A service that nothing was taken from has no row.';
COMMENT ON COLUMN agency_shares.source_id IS 'The outlet.';
COMMENT ON COLUMN agency_shares.month IS 'First day of the month of publication in Vietnam; NULL for undated articles.';
COMMENT ON COLUMN agency_shares.agency IS 'The wire service under its one name (TTXVN, AFP ...).';
COMMENT ON COLUMN agency_shares.articles IS 'Articles that credit it with their text.';
COMMENT ON COLUMN agency_shares.uncredited IS 'Articles that credit nobody and have the text of one, in any outlet, that credits the service.';
COMMENT ON COLUMN agency_shares.photos IS 'Captions that credit it with a photograph.';
COMMENT ON COLUMN agency_shares.of_articles IS 'All articles of the outlet and month.';
COMMENT ON COLUMN agency_shares.share IS 'Share of these that credit the service with their text.';
