-- The article at one of these keys, or with this article, version or capture id; `captures_table` names where captures are linked.
SELECT article_id FROM addresses WHERE canonical_url IN (SELECT unnest($keys)) AND article_id IS NOT NULL
UNION ALL
SELECT article_id FROM articles WHERE article_id = $id
UNION ALL
SELECT article_id FROM captures_table WHERE capture_id = $id AND article_id IS NOT NULL
LIMIT 1;
