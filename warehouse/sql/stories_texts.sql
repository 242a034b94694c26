-- The texts of the articles in `todo`, and when each was out at the latest.
WITH timed AS (
  SELECT
    article_id, source_id,
    coalesce(published_precision IN ('second', 'minute', 'hour'), false) AS exact,
    CASE
      WHEN published_precision IN ('second', 'minute', 'hour') THEN published_at
      -- The last second of the day in Vietnam, UTC+7.
      WHEN published_date IS NOT NULL
        THEN least(first_seen, published_date::TIMESTAMP AT TIME ZONE 'UTC' + INTERVAL '16:59:59')
      ELSE first_seen
    END AS moment,
    array_to_string(list_prepend(coalesce(lead, ''), body), ' ') AS text
  FROM todo_articles
)
SELECT article_id, source_id, ((moment AT TIME ZONE 'UTC') + INTERVAL 7 HOUR)::DATE AS day, moment, exact, text
FROM timed
ORDER BY article_id;
