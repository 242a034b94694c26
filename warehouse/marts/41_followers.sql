CREATE VIEW story_followers AS
SELECT
  nearest_source_id AS had_it, source_id AS took_it, date_trunc('month', published_date)::DATE AS month,
  count(*) AS articles,
  count(*) FILTER (credit = 'agency') AS by_agency,
  count(*) FILTER (list_contains(credited_source_ids, nearest_source_id)) AS credited,
  count(*) FILTER (credit = 'none') AS uncredited,
  count(*) FILTER (both_exact) AS timed,
  median(hours) FILTER (both_exact) AS median_hours,
  min(hours) FILTER (both_exact) AS min_hours
FROM (
  SELECT
    a.*, a.exact AND n.exact AS both_exact, date_diff('second', n.moment, a.moment) / 3600.0 AS hours
  FROM story_articles a JOIN story_members n ON n.article_id = a.nearest_id
)
WHERE nearest_source_id <> source_id
GROUP BY ALL;

COMMENT ON VIEW story_followers IS 'How often and how soon one outlet has the text that stood in another before, by month. The other is the one with the nearest earlier text; both may have it from a third.';
COMMENT ON COLUMN story_followers.had_it IS 'The outlet that had the text before.';
COMMENT ON COLUMN story_followers.took_it IS 'The outlet that had it after.';
COMMENT ON COLUMN story_followers.month IS 'First day of the month in which the later one published, in Vietnam.';
COMMENT ON COLUMN story_followers.articles IS 'Articles.';
COMMENT ON COLUMN story_followers.by_agency IS 'Those that credit a wire service.';
COMMENT ON COLUMN story_followers.credited IS 'Those that credit the outlet that had it before.';
COMMENT ON COLUMN story_followers.uncredited IS 'Those that credit nobody.';
COMMENT ON COLUMN story_followers.timed IS 'Those where both times of day are known; delays are of these alone.';
COMMENT ON COLUMN story_followers.median_hours IS 'Median of the hours between the two.';
COMMENT ON COLUMN story_followers.min_hours IS 'Shortest of them.';
