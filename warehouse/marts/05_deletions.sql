CREATE VIEW deletions AS
SELECT
  source_id, status, missing_since, gone_confirmed_at, last_seen,
  date_diff('day', published_date, ((missing_since AT TIME ZONE 'UTC') + INTERVAL 7 HOUR)::DATE) AS days_online,
  title, url, published_at, published_date, version_no, article_id, version_id
FROM base.current_articles
WHERE status IN ('missing', 'gone');

COMMENT ON VIEW deletions IS 'One article that its paper no longer shows at any address we know. Its text is in articles.';
COMMENT ON COLUMN deletions.source_id IS 'The outlet.';
COMMENT ON COLUMN deletions.status IS 'missing: not there on the last visit; gone: on at least three visits over at least three days.';
COMMENT ON COLUMN deletions.missing_since IS 'First visit that did not find it.';
COMMENT ON COLUMN deletions.gone_confirmed_at IS 'Visit that confirmed it.';
COMMENT ON COLUMN deletions.last_seen IS 'Last capture that showed it.';
COMMENT ON COLUMN deletions.days_online IS 'Days from publication to the first visit that did not find it.';
COMMENT ON COLUMN deletions.title IS 'Headline of its last version.';
COMMENT ON COLUMN deletions.url IS 'Its last address.';
COMMENT ON COLUMN deletions.published_at IS 'Publication.';
COMMENT ON COLUMN deletions.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN deletions.version_no IS 'Number of its last version.';
COMMENT ON COLUMN deletions.article_id IS 'The article.';
COMMENT ON COLUMN deletions.version_id IS 'Its last version, to cite.';
