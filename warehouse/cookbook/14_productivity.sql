-- question: How many articles, active days and sections has an author per month, and how often with others?
-- who: human resources, office
-- says: People who are credited with the text; initials and pen names stand as they are printed.
SELECT
  c.source_id, c.name, date_trunc('month', c.published_date)::DATE AS month,
  count(DISTINCT c.article_id) AS articles, count(DISTINCT c.published_date) AS active_days, count(DISTINCT a.section) AS sections,
  round(avg((len(a.people) > 1)::INTEGER), 3) AS joint
FROM credits c JOIN base.current_articles a USING (article_id)
WHERE list_contains(c.roles, 'text') AND c.published_date IS NOT NULL
GROUP BY ALL
ORDER BY month DESC, articles DESC, c.source_id, c.name
LIMIT 500;
