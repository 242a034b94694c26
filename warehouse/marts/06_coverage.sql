CREATE VIEW coverage AS
SELECT
  c.source_id, s.name AS source_name, s.province_old, s.province_new, c.published_date AS day,
  count(*) AS articles,
  count(*) FILTER (c.version_no > 1) AS edited,
  count(*) FILTER (c.status IN ('missing', 'gone')) AS removed,
  sum(c.words) AS words
FROM base.current_articles c JOIN sources s USING (source_id)
GROUP BY ALL;

COMMENT ON VIEW coverage IS 'Articles of one outlet published on one day. Days without an article have no row; day is NULL for undated articles.';
COMMENT ON COLUMN coverage.source_id IS 'The outlet.';
COMMENT ON COLUMN coverage.source_name IS 'Its name.';
COMMENT ON COLUMN coverage.province_old IS 'Its province among the 63 before 2025-07-01.';
COMMENT ON COLUMN coverage.province_new IS 'Its province among the 34 since.';
COMMENT ON COLUMN coverage.day IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN coverage.articles IS 'Articles published that day that we have.';
COMMENT ON COLUMN coverage.edited IS 'Those among them that were edited since.';
COMMENT ON COLUMN coverage.removed IS 'Those among them that are missing or gone.';
COMMENT ON COLUMN coverage.words IS 'Their words (syllables) in sum.';
