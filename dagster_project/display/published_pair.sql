-- A version and the one before it, as they are published.
SELECT version_no, changed_fields, title, lead, body, captions, authors, credited_sources, published_at
FROM versions
WHERE article_id = $article AND version_no IN ($number, $number - 1)
ORDER BY version_no;
