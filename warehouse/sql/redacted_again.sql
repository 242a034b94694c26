-- Addresses under which a redacted article is in the tables.
SELECT article_id, canonical_url FROM addresses WHERE article_id IN (SELECT unnest($ids)) ORDER BY ALL;
