-- The links of the articles in `touched`, which lead nowhere else.
SELECT one_id, other_id, jaccard, contained
FROM story_links
WHERE one_id IN (SELECT article_id FROM touched)
ORDER BY one_id, other_id;
