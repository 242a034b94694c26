-- Every URL of a source, as requested or as a redirect gave it, with the key it has so far.
SELECT DISTINCT url, canonical_url FROM captures WHERE source_id = $source
UNION
SELECT DISTINCT redirect_to, redirect_canonical FROM captures WHERE source_id = $source AND redirect_to IS NOT NULL
UNION
SELECT DISTINCT url, canonical_url FROM candidates WHERE source_id = $source;
