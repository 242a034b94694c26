-- What the checks look at, as temporary tables beside the published file: the newest articles and exchanges of each
-- outlet, each marked as judged or as the history that it is judged by.
-- $moment: instant of the question; $day: its day in Vietnam; $source: one outlet, or NULL for all; $few: articles that are
-- judged at least; $back: days of history; $late: days after which an article that is seen for the first time is no news;
-- $span_h: hours before an outlet's last exchange that count as its last round.
CREATE OR REPLACE TEMP TABLE seen_sources AS
SELECT
  c.source_id,
  (min(c.fetched_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS first_day,
  max(c.fetched_at) AS last_visit,
  max(c.fetched_at) FILTER (
    c.outcome IN ('response', 'not-modified', 'unchanged') AND coalesce(c.status, 200) < 400
  ) AS last_answer,
  any_value(s.name) AS name,
  any_value(s.schedule_cron) AS cron,
  coalesce(any_value(s.enabled OR s.demo), false) AS scheduled
FROM captures c LEFT JOIN sources s USING (source_id)
WHERE c.fetched_at <= $moment AND ($source IS NULL OR c.source_id = $source)
GROUP BY c.source_id;

CREATE OR REPLACE TEMP TABLE recent AS
WITH fresh AS (
  SELECT
    source_id, article_id, title, url, first_seen, (first_seen AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS seen_day,
    published_at, published_date, published_precision, text, lead, words, page_kind, language, people, credited_sources,
    captions, section, tags, evidence, flags
  FROM base.current_articles
  WHERE first_seen <= $moment AND first_seen > $moment - to_days($back::INTEGER + 8)
    AND ($source IS NULL OR source_id = $source)
),
news AS (FROM fresh WHERE published_date IS NULL OR published_date >= seen_day - $late::INTEGER),
placed AS (
  SELECT
    *,
    max(seen_day) OVER (PARTITION BY source_id) AS last_day,
    row_number() OVER (PARTITION BY source_id ORDER BY first_seen DESC, article_id) AS place
  FROM news
)
SELECT
  * EXCLUDE (text, place),
  text IS NOT NULL AS has_text,
  CASE WHEN words >= 50 THEN hash(title, lead, text) END AS same,
  (seen_day = last_day OR place <= $few) AND seen_day > last_day - 7 AS judged
FROM placed
WHERE last_day > $day - 4;

CREATE OR REPLACE TEMP TABLE exchanges AS
SELECT
  c.source_id, c.purpose, c.article_id, c.unread, c.fetched_at,
  (c.fetched_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS seen_day,
  c.fetched_at > s.last_visit - to_hours($span_h::INTEGER) AS judged,
  CASE
    WHEN c.outcome = 'robots' OR c.status IN (401, 403, 429, 451) THEN 'refused'
    WHEN c.outcome IN ('timeout', 'dns', 'refused', 'tls', 'error') OR c.status >= 500 THEN 'failed'
    ELSE 'answered'
  END AS answer,
  coalesce(CASE WHEN c.outcome = 'response' THEN c.status::VARCHAR END, c.outcome) AS told
FROM captures c JOIN seen_sources s USING (source_id)
WHERE c.fetched_at <= $moment AND c.fetched_at > $moment - to_days($back::INTEGER + 8);
