CREATE VIEW suspect_dates AS
WITH
dated AS (
  SELECT
    source_id, article_id, published_at, published_precision, published_date, published_raw, first_seen, flags, title, url,
    list_filter(evidence, lambda e: e.field = 'published_at')[1].origin AS origin
  FROM base.current_articles
),
found AS (
  SELECT
    *,
    unnest(list_intersect(flags, [
      'weekday_mismatch', 'witnesses_disagree', 'tz_mislabeled', 'order_unproven', 'clock_contradiction', 'clock_uncertain',
      'several_clocks', 'clock_unreadable', 'midnight_placeholder', 'zone_utc', 'from_url', 'modified_before_published'
    ])) AS rule
  FROM dated
  WHERE published_at IS NOT NULL AND len(flags) > 0
  UNION ALL
  SELECT
    *,
    coalesce(
      list_filter(flags, lambda f: list_contains(
        ['future', 'clock_ahead', 'implausible', 'ambiguous', 'several_dates', 'incomplete', 'unreadable', 'vague', 'too_coarse',
         'not_publication', 'month_only', 'no_fetch_time'], f))[1],
      'undated'
    )
  FROM dated
  WHERE published_at IS NULL
  UNION ALL
  SELECT *, 'like_the_fetch'
  FROM dated
  WHERE published_precision IN ('minute', 'second')
    AND abs(date_diff('second', published_at, first_seen)) < 90
    AND NOT list_contains(flags, 'relative')
  UNION ALL
  SELECT *, 'after_first_seen'
  FROM dated
  WHERE published_at > first_seen + INTERVAL 10 MINUTE AND published_precision <> 'day'
  UNION ALL
  -- Exchanging day and month brings a date that lies far from the first visit next to it.
  SELECT *, 'day_month_swapped'
  FROM dated
  WHERE day(published_date) <= 12 AND day(published_date) <> month(published_date)
    AND date_diff('day', published_date, ((first_seen AT TIME ZONE 'UTC') + INTERVAL 7 HOUR)::DATE) > 20
    AND date_diff(
      'day', make_date(year(published_date), day(published_date), month(published_date)),
      ((first_seen AT TIME ZONE 'UTC') + INTERVAL 7 HOUR)::DATE
    ) BETWEEN 0 AND 2
)
SELECT
  rule,
  CASE WHEN published_at IS NULL THEN 'none' WHEN rule IN ('order_unproven', 'midnight_placeholder', 'zone_utc', 'from_url') THEN 'note'
    ELSE 'doubt' END AS weight,
  source_id, published_at, published_precision, published_date, published_raw, origin, first_seen, title, url, article_id
FROM found;

COMMENT ON VIEW suspect_dates IS 'One reason to look twice at the date of an article; an article has a row for each.';
COMMENT ON COLUMN suspect_dates.rule IS 'A flag of the date reader, or: like_the_fetch (within 90 seconds of the first capture, as live clocks are), after_first_seen, day_month_swapped (exchanging the two brings it next to the first capture), undated.';
COMMENT ON COLUMN suspect_dates.weight IS 'doubt: the date may be wrong; note: right as far as is known, but less exact or less proven; none: there is no date.';
COMMENT ON COLUMN suspect_dates.origin IS 'Where on the page the date was found.';
