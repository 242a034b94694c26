-- question: Does the outlet of a merged province write less about the provinces that it absorbed than before 2025-07-01?
-- who: regional policy
-- parameter: source = any outlet
-- says: Places are mapped to the 63 provinces for all dates; the last column is the change of the share in points.
SELECT
  source_id, province,
  round(sum(articles) FILTER (day < DATE '2025-07-01') / sum(of_articles) FILTER (day < DATE '2025-07-01'), 4) AS share_before,
  round(sum(articles) FILTER (day >= DATE '2025-07-01') / sum(of_articles) FILTER (day >= DATE '2025-07-01'), 4) AS share_after,
  round(100 * (share_after - share_before), 1) AS points
FROM province_coverage
WHERE borders = '63' AND day IS NOT NULL AND source_id = coalesce(getvariable('source'), source_id)
GROUP BY ALL
ORDER BY source_id, points NULLS LAST, province;
