-- question: How do outlets place tones (hòa or hoà), and who still writes U+00D0 for Đ, per year?
-- who: linguistics
-- says: The stored text has Đ; whether the page wrote a look-alike was noted when it was read.
SELECT
  m.source_id, year(a.published_date) AS year, sum(tones_old) AS old_way, sum(tones_new) AS new_way,
  round(sum(tones_new) / nullif(sum(tones_old) + sum(tones_new), 0), 3) AS share_new,
  count(*) FILTER (look_alike_d) AS with_look_alike_d
FROM article_measures m JOIN base.current_articles a USING (article_id)
GROUP BY ALL
ORDER BY m.source_id, year;
