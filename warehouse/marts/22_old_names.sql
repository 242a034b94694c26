CREATE VIEW old_names AS
WITH named AS (
  SELECT
    p.article_id,
    count(*) FILTER (u.borders <> '34' AND NOT u.name_kept AND p.mentions > p.marked_old) AS old_units,
    count(*) FILTER (u.level = 'district' AND p.mentions > p.marked_old) AS districts,
    count(*) FILTER (p.marked_old > 0) AS marked_units,
    list(p.raw ORDER BY p.position) FILTER (u.borders <> '34' AND (NOT u.name_kept OR p.marked_old > 0)) AS written
  FROM article_places p JOIN place_units u USING (unit_id)
  WHERE p.confidence >= 0.5
  GROUP BY p.article_id
)
SELECT
  a.article_id, a.source_id, a.published_date, date_trunc('week', a.published_date)::DATE AS week,
  date_diff('day', DATE '2025-07-01', a.published_date) AS days_since_reform,
  coalesce(n.old_units, 0) AS old_units, coalesce(n.districts, 0) AS districts, coalesce(n.marked_units, 0) AS marked_units,
  coalesce(n.written, []) AS written, a.title, a.url
FROM base.current_articles a LEFT JOIN named n USING (article_id)
WHERE a.published_date IS NOT NULL;

COMMENT ON VIEW old_names IS 'Each dated article with the units that it names by names which ended on 2025-06-30 (districts, provinces and communes whose name did not go on).';
COMMENT ON COLUMN old_names.article_id IS 'The article.';
COMMENT ON COLUMN old_names.source_id IS 'The outlet.';
COMMENT ON COLUMN old_names.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN old_names.week IS 'Monday of its week.';
COMMENT ON COLUMN old_names.days_since_reform IS 'Days since 2025-07-01; below 0 before it.';
COMMENT ON COLUMN old_names.old_units IS 'Units named at least once by such a name, without cũ.';
COMMENT ON COLUMN old_names.districts IS 'Districts among them.';
COMMENT ON COLUMN old_names.marked_units IS 'Units named at least once with cũ or trước đây.';
COMMENT ON COLUMN old_names.written IS 'The old names as written.';
COMMENT ON COLUMN old_names.title IS 'Headline.';
COMMENT ON COLUMN old_names.url IS 'Address.';

CREATE VIEW old_name_weeks AS
SELECT
  source_id, week,
  date_diff('week', DATE '2025-06-30', week) AS weeks_since_reform,
  count(*) AS articles,
  count(*) FILTER (old_units > 0) AS with_old,
  count(*) FILTER (districts > 0) AS with_districts,
  count(*) FILTER (marked_units > 0) AS with_marked,
  count(*) FILTER (old_units > 0) / count(*) AS share_old,
  count(*) FILTER (marked_units > 0) / count(*) AS share_marked
FROM old_names
GROUP BY source_id, week;

COMMENT ON VIEW old_name_weeks IS 'How many articles of one outlet and week use names of units that ended on 2025-06-30.';
COMMENT ON COLUMN old_name_weeks.source_id IS 'The outlet.';
COMMENT ON COLUMN old_name_weeks.week IS 'Monday of the week.';
COMMENT ON COLUMN old_name_weeks.weeks_since_reform IS '0 for the week of the reform (2025-06-30 to 2025-07-06), below 0 before it.';
COMMENT ON COLUMN old_name_weeks.articles IS 'Dated articles of that week.';
COMMENT ON COLUMN old_name_weeks.with_old IS 'Those that use an old name without cũ.';
COMMENT ON COLUMN old_name_weeks.with_districts IS 'Those that name a district without cũ.';
COMMENT ON COLUMN old_name_weeks.with_marked IS 'Those that write cũ or trước đây at a name.';
COMMENT ON COLUMN old_name_weeks.share_old IS 'with_old of articles.';
COMMENT ON COLUMN old_name_weeks.share_marked IS 'with_marked of articles.';

CREATE VIEW old_name_half_life AS
WITH before AS (
  SELECT source_id, sum(with_old) / sum(articles) AS share_before, sum(articles) AS articles_before
  FROM old_name_weeks
  WHERE weeks_since_reform BETWEEN -12 AND -1
  GROUP BY source_id
),
smoothed AS (
  SELECT
    source_id, weeks_since_reform,
    sum(with_old) OVER four / sum(articles) OVER four AS share
  FROM old_name_weeks
  WHERE weeks_since_reform >= 0
  WINDOW four AS (PARTITION BY source_id ORDER BY weeks_since_reform RANGE BETWEEN CURRENT ROW AND 3 FOLLOWING)
)
SELECT
  b.source_id, b.articles_before, b.share_before,
  min(s.weeks_since_reform) FILTER (s.share <= b.share_before / 2) AS half_life_weeks,
  max(s.weeks_since_reform) AS weeks_observed,
  min_by(s.share, -s.weeks_since_reform) AS share_last
FROM before b LEFT JOIN smoothed s USING (source_id)
WHERE b.share_before > 0
GROUP BY ALL;

COMMENT ON VIEW old_name_half_life IS 'How soon an outlet stopped using the names of units that ended on 2025-06-30. Outlets without such names in the twelve weeks before have no row.';
COMMENT ON COLUMN old_name_half_life.source_id IS 'The outlet.';
COMMENT ON COLUMN old_name_half_life.articles_before IS 'Articles of the twelve weeks before the week of the reform: with few of them the rest says little.';
COMMENT ON COLUMN old_name_half_life.share_before IS 'Share of them that use such a name.';
COMMENT ON COLUMN old_name_half_life.half_life_weeks IS 'First week, from 0 for that of the reform, that together with the three after it has at most half of that share; NULL where that has not come yet.';
COMMENT ON COLUMN old_name_half_life.weeks_observed IS 'Last week that has articles, counted from the reform; NULL where none has.';
COMMENT ON COLUMN old_name_half_life.share_last IS 'Share in that last week.';
