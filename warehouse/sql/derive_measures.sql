-- What the measures of the articles in `todo` are taken from.
SELECT
  article_id, source_id, section, published_date,
  coalesce(lead, body[1], '') AS opening,
  concat_ws(chr(10), title, lead, array_to_string(body, chr(10))) AS text,
  list_contains(flags, 'd_look_alike') AS look_alike_d
FROM todo_articles
ORDER BY article_id;
