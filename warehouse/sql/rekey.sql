-- Gives the URLs in `rekeyed` their new keys and notes the old and the new addresses for the next build.
INSERT INTO unbuilt (source_id, canonical_url)
SELECT DISTINCT source_id, canonical_url FROM captures SEMI JOIN rekeyed USING (url)
WHERE source_id = $source AND purpose = 'article'
UNION
SELECT DISTINCT c.source_id, r.canonical_url FROM captures c JOIN rekeyed r USING (url)
WHERE c.source_id = $source AND c.purpose = 'article';

INSERT INTO unread_addresses (source_id, canonical_url)
SELECT DISTINCT c.source_id, r.canonical_url FROM captures c JOIN rekeyed r USING (url)
WHERE c.source_id = $source AND c.purpose = 'article';

UPDATE captures SET canonical_url = r.canonical_url
FROM rekeyed r
WHERE captures.url = r.url AND captures.source_id = $source;

UPDATE captures SET redirect_canonical = r.canonical_url
FROM rekeyed r
WHERE captures.redirect_to = r.url AND captures.source_id = $source;

CREATE OR REPLACE TEMP TABLE renamed AS
SELECT c.* REPLACE (r.canonical_url AS canonical_url)
FROM candidates c JOIN rekeyed r USING (url)
WHERE c.source_id = $source;

DELETE FROM candidates
WHERE source_id = $source AND url IN (SELECT url FROM rekeyed);

INSERT INTO candidates BY NAME
SELECT * FROM renamed
WHERE source_id = $source
QUALIFY row_number() OVER (PARTITION BY canonical_url, found_by ORDER BY first_found_at, url) = 1;
