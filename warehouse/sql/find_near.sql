-- Addresses that look like this one.
SELECT url FROM addresses
WHERE article_id IS NOT NULL AND jaro_winkler_similarity(canonical_url, $text) > 0.85
ORDER BY jaro_winkler_similarity(canonical_url, $text) DESC, canonical_url
LIMIT 3;
