CREATE VIEW photo_origins AS
SELECT
  p.source_id, date_trunc('month', a.published_date)::DATE AS month,
  CASE WHEN p.kind = 'agency' THEN p.agency ELSE p.kind END AS origin,
  p.kind,
  count(*) AS photos,
  count(*) FILTER (p.illustration) AS illustrations,
  count(*) FILTER (p.from_byline) AS from_byline,
  count(*) / sum(count(*)) OVER (PARTITION BY p.source_id, month) AS share
FROM photo_credits p JOIN base.current_articles a USING (article_id)
GROUP BY p.source_id, month, origin, p.kind;

COMMENT ON VIEW photo_origins IS 'Where the captioned photographs of one outlet and month come from, as their credits tell.';
COMMENT ON COLUMN photo_origins.source_id IS 'The outlet.';
COMMENT ON COLUMN photo_origins.month IS 'First day of the month of publication in Vietnam; NULL for undated articles.';
COMMENT ON COLUMN photo_origins.origin IS 'The wire service (TTXVN ...) or the kind: own, internet, illustration, provided, outlet, archive, unclear, none.';
COMMENT ON COLUMN photo_origins.kind IS 'The kind: see photo_credits.kind.';
COMMENT ON COLUMN photo_origins.photos IS 'Captions.';
COMMENT ON COLUMN photo_origins.illustrations IS 'Those said to be an illustration (minh họa), whatever their origin.';
COMMENT ON COLUMN photo_origins.from_byline IS 'Those without a credit of their own, counted by the photographer of the byline.';
COMMENT ON COLUMN photo_origins.share IS 'Of all captions of the outlet and month.';
