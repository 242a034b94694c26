-- The bytes of the captures in $lost are gone: nothing may be asked for on condition of them, and nothing points to them.
CREATE OR REPLACE TEMP TABLE forgotten AS
SELECT capture_id, source_id, canonical_url
FROM captures
WHERE (capture_id IN (SELECT unnest($lost)) AND warc_file IS NOT NULL)
  OR (refers_to IN (SELECT unnest($lost)) AND (etag IS NOT NULL OR last_modified IS NOT NULL));

UPDATE captures
SET etag = NULL, last_modified = NULL, payload_digest = NULL, warc_file = NULL, warc_offset = NULL, warc_length = NULL
WHERE capture_id IN (SELECT unnest($lost)) AND capture_id IN (SELECT capture_id FROM forgotten);

UPDATE captures
SET etag = NULL, last_modified = NULL
WHERE refers_to IN (SELECT unnest($lost)) AND capture_id IN (SELECT capture_id FROM forgotten);

INSERT INTO unbuilt (source_id, canonical_url)
SELECT DISTINCT source_id, canonical_url FROM forgotten WHERE len($lost) > 0;
