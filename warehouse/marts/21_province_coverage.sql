CREATE VIEW article_provinces AS
WITH named AS (
  SELECT
    p.article_id, p.source_id, u.level, p.mentions, p.confidence,
    unnest([
      {'borders': '63', 'codes': u.provinces_63, 'exact': len(u.provinces_63) = 1},
      {'borders': '34', 'codes': u.provinces_34, 'exact': len(u.provinces_34) = 1}
    ], recursive := true)
  FROM article_places p JOIN place_units u USING (unit_id)
  WHERE p.confidence >= 0.5
),
spread AS (
  SELECT * EXCLUDE (codes), unnest(codes) AS province_code FROM named
),
collected AS (
  SELECT
    article_id, source_id, borders, province_code,
    bool_or(exact) AS exact,
    bool_or(exact AND level <> 'province') AS local,
    sum(mentions)::INTEGER AS mentions,
    max(confidence) AS confidence
  FROM spread
  GROUP BY article_id, source_id, borders, province_code
)
SELECT
  c.article_id, c.source_id, a.published_date, c.borders, c.province_code, u.name AS province,
  c.exact, c.local, c.mentions, c.confidence
FROM collected c
JOIN place_units u ON u.unit_id = c.borders || ':' || c.province_code
JOIN base.current_articles a USING (article_id);

COMMENT ON VIEW article_provinces IS 'A province that an article names, itself or by a unit in it, told by old and by new borders whatever the day: filter on borders, then 63 gives old codes for all dates.';
COMMENT ON COLUMN article_provinces.article_id IS 'The article.';
COMMENT ON COLUMN article_provinces.source_id IS 'The outlet.';
COMMENT ON COLUMN article_provinces.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN article_provinces.borders IS '63 for the provinces to 2025-06-30, 34 for those since. Every article is told by both.';
COMMENT ON COLUMN article_provinces.province_code IS 'GSO code within these borders.';
COMMENT ON COLUMN article_provinces.province IS 'Name of the province within these borders.';
COMMENT ON COLUMN article_provinces.exact IS 'Whether a unit is named that lies in this province alone. A merged province of today covers two or three old ones; named alone it counts for each of them, not exact.';
COMMENT ON COLUMN article_provinces.local IS 'Whether that is a district or a commune. Comparisons over 2025-07-01 hold on these alone, as the name of a province then began to mean more land.';
COMMENT ON COLUMN article_provinces.mentions IS 'How often its units are named.';
COMMENT ON COLUMN article_provinces.confidence IS 'The surest of these links.';

CREATE VIEW province_coverage AS
WITH outlet_days AS (
  SELECT source_id, published_date AS day, count(*) AS of_articles
  FROM base.current_articles
  GROUP BY ALL
),
named AS (
  SELECT
    source_id, published_date AS day, borders, province_code, province,
    count(*) AS articles,
    count(*) FILTER (exact) AS exact,
    count(*) FILTER (local) AS local
  FROM article_provinces
  GROUP BY ALL
)
SELECT
  n.day, n.source_id, n.borders, n.province_code, n.province,
  coalesce(h.province_code = n.province_code, false) AS own,
  n.articles, n.exact, n.local, d.of_articles
FROM named n
JOIN outlet_days d ON d.source_id = n.source_id AND d.day IS NOT DISTINCT FROM n.day
LEFT JOIN source_provinces h ON h.source_id = n.source_id AND h.borders = n.borders;

COMMENT ON VIEW province_coverage IS 'How many articles of one outlet and day name a province, by old and by new borders (filter on borders).';
COMMENT ON COLUMN province_coverage.day IS 'Day of publication in Vietnam; NULL for undated articles.';
COMMENT ON COLUMN province_coverage.source_id IS 'The outlet.';
COMMENT ON COLUMN province_coverage.borders IS '63 for the provinces to 2025-06-30, 34 for those since; both for every day.';
COMMENT ON COLUMN province_coverage.province_code IS 'GSO code within these borders.';
COMMENT ON COLUMN province_coverage.province IS 'Name of the province within these borders.';
COMMENT ON COLUMN province_coverage.own IS 'Whether it is the province of the outlet.';
COMMENT ON COLUMN province_coverage.articles IS 'Articles that name it or a unit in it, also by a merged province of today that covers it.';
COMMENT ON COLUMN province_coverage.exact IS 'Those among them that name a unit which lies in it alone.';
COMMENT ON COLUMN province_coverage.local IS 'Those among them that name a district or commune of it: the measure for comparisons over 2025-07-01.';
COMMENT ON COLUMN province_coverage.of_articles IS 'All articles of the outlet and day. Days on which nothing names the province have no row: take totals from coverage.';
