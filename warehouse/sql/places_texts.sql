-- The articles in `todo`, with what decides between borders: the day of publication, else the first capture where that
-- alone shows that the article is older than the reform (2025-07-01 in Vietnam, UTC+7).
SELECT
  article_id, source_id, title, lead, body, section,
  coalesce(
    published_date,
    CASE WHEN first_seen < TIMESTAMPTZ '2025-06-30 17:00:00+00' THEN (first_seen AT TIME ZONE 'UTC')::DATE END
  ) AS day
FROM todo_articles
ORDER BY article_id;
