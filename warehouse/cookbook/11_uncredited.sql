-- question: Who takes over texts of whom without naming the source?
-- who: copyright
-- says: A pair of outlets counts the articles whose nearest earlier text stood in the other outlet and which credit nobody.
SELECT nearest_source_id AS had_it, source_id AS took_it, count(*) AS articles, round(median(delay_hours), 1) AS median_hours, round(avg(contained), 2) AS likeness, any_value(url) AS example
FROM story_articles
WHERE credit = 'none' AND nearest_source_id <> source_id
GROUP BY ALL
ORDER BY articles DESC, had_it, took_it
LIMIT 100;
