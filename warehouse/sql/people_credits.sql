-- The people credited with the articles in `todo`, one a row.
SELECT article_id, source_id, published_date, unnest(range(1, len(authors) + 1))::INTEGER AS position, unnest(authors) AS credit
FROM todo_articles
ORDER BY article_id, position;
