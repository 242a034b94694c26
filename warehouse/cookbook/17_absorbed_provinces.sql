-- question: Does the outlet of a merged province write less about the provinces that it absorbed than before 2025-07-01?
-- who: regional policy
-- parameter: source = all outlets of merged provinces
-- parameter: months = 12
-- says: Share of the outlet's articles that name a district or commune of the old province, so many months before and after.
-- says: control is the change of the same share in outlets whose province was not merged; difference is what is left of the
-- says: change without it, in points.
WITH outlets AS (
  SELECT
    s.source_id, s.name AS outlet, s.province_old_code AS own_code,
    unnest(u.provinces_63) AS province_code, len(u.provinces_63) > 1 AS merged
  FROM sources s
  JOIN place_units u ON u.unit_id = '34:' || s.province_new_code
),
dated AS (
  SELECT article_id, source_id, published_date >= DATE '2025-07-01' AS after
  FROM base.current_articles
  WHERE published_date >= DATE '2025-07-01' - to_months(coalesce(getvariable('months')::INTEGER, 12))
    AND published_date < DATE '2025-07-01' + to_months(coalesce(getvariable('months')::INTEGER, 12))
),
totals AS (
  SELECT source_id, count(*) FILTER (NOT after) AS articles_before, count(*) FILTER (after) AS articles_after
  FROM dated
  GROUP BY source_id
  HAVING articles_before > 0 AND articles_after > 0
),
named AS (
  SELECT p.source_id, p.province_code, count(*) FILTER (NOT d.after) AS named_before, count(*) FILTER (d.after) AS named_after
  FROM article_provinces p
  JOIN dated d USING (article_id)
  WHERE p.borders = '63' AND p.local
  GROUP BY ALL
),
shares AS (
  SELECT
    o.*, t.articles_before, t.articles_after,
    coalesce(n.named_before, 0) / t.articles_before AS share_before, coalesce(n.named_after, 0) / t.articles_after AS share_after
  FROM outlets o
  JOIN totals t USING (source_id)
  LEFT JOIN named n USING (source_id, province_code)
),
control AS (
  SELECT avg(share_after - share_before) AS change FROM shares WHERE NOT merged
)
SELECT
  s.source_id, u.name AS province, CASE WHEN s.province_code = s.own_code THEN 'own' ELSE 'absorbed' END AS relation,
  s.articles_before, s.articles_after,
  round(s.share_before, 4) AS share_before, round(s.share_after, 4) AS share_after,
  round(100 * (s.share_after - s.share_before), 1) AS points,
  round(100 * c.change, 1) AS control,
  round(100 * (s.share_after - s.share_before - c.change), 1) AS difference
FROM shares s
JOIN place_units u ON u.unit_id = '63:' || s.province_code
CROSS JOIN control c
WHERE s.merged AND s.source_id = coalesce(getvariable('source'), s.source_id)
ORDER BY s.source_id, relation, difference, province;
