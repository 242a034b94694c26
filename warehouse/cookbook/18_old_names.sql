-- question: When do texts stop using the names of before 2025-07-01, and start writing "(… cũ)"?
-- who: regional policy
-- says: half_life_weeks: after how many weeks the share of articles with old names had fallen to half of what it was.
SELECT h.source_id, h.articles_before, round(h.share_before, 3) AS share_before, h.half_life_weeks, h.weeks_observed, round(h.share_last, 3) AS share_last,
  (SELECT min(week) FROM old_name_weeks w WHERE w.source_id = h.source_id AND w.with_marked > 0 AND w.weeks_since_reform >= 0) AS first_marked
FROM old_name_half_life h
ORDER BY half_life_weeks NULLS LAST, source_id;
