-- The sources to which the articles in `todo` are credited, one a row.
SELECT article_id, source_id, unnest(range(1, len(credited_sources) + 1))::INTEGER AS position, unnest(credited_sources) AS name
FROM todo_articles
ORDER BY article_id, position;
