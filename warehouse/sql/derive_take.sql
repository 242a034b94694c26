-- Takes the next articles of a derivation into `todo`.
CREATE OR REPLACE TEMP TABLE todo AS
SELECT DISTINCT article_id
FROM underived
WHERE derivation = $derivation
ORDER BY article_id
LIMIT $most;
