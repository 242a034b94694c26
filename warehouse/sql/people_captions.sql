-- The captions of the articles in `todo`, one a row, with who took the photographs by the byline.
SELECT
  article_id, source_id,
  unnest(range(1, len(captions) + 1))::INTEGER AS position,
  unnest(list_transform(captions, lambda c: c."text")) AS caption,
  unnest(list_transform(captions, lambda c: c.credit_raw)) AS credit_raw,
  list_filter(authors, lambda a: list_contains(a.roles, 'photo'))[1].name AS photographer
FROM todo_articles
ORDER BY article_id, position;
