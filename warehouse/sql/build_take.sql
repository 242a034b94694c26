-- Takes the next addresses to build into `todo`.
CREATE OR REPLACE TEMP TABLE todo AS
SELECT DISTINCT source_id, canonical_url
FROM unbuilt
WHERE source_id = $source
ORDER BY canonical_url
LIMIT $most;
