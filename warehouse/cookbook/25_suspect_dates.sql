-- question: Which dates are suspect, by what rule, and how many?
-- who: data quality
-- says: `select * from suspect_dates where rule = '...'` names the articles.
SELECT source_id, rule, weight, count(*) AS articles, min(published_date) AS first, max(published_date) AS last, any_value(url) AS example
FROM suspect_dates
GROUP BY ALL
ORDER BY weight, articles DESC, source_id, rule;
