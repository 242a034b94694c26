-- Takes the next articles of a derivation into `todo`, those first that were noted first: they lie together in the tables.
CREATE OR REPLACE TEMP TABLE todo AS
SELECT article_id
FROM underived
WHERE derivation = $derivation
GROUP BY article_id
ORDER BY min(rowid)
LIMIT $most;
