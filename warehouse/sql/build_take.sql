-- Takes the next addresses to build into `todo`.
CREATE OR REPLACE TEMP TABLE todo AS
SELECT DISTINCT source_id, canonical_url
FROM unbuilt
WHERE $source IS NULL OR source_id = $source
ORDER BY source_id, canonical_url
LIMIT $most;
