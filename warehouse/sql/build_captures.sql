-- Every capture of the addresses in `todo`, each with what the readers took from it or from the payload that it repeats.
WITH
mine AS (
  SELECT
    source_id, canonical_url, capture_id, url, fetched_at, outcome, status, etag, last_modified, payload_digest,
    refers_to, redirect_to, redirect_canonical, found_by,
    CASE WHEN outcome IN ('not-modified', 'unchanged') THEN refers_to ELSE capture_id END AS payload_of
  FROM captures SEMI JOIN todo USING (source_id, canonical_url)
  WHERE purpose = 'article'
),
-- A repeated payload may itself be given as a repetition; one step back is enough for logs of ours.
stepped AS (
  SELECT m.* REPLACE (
    CASE WHEN p.outcome IN ('not-modified', 'unchanged') THEN p.refers_to ELSE m.payload_of END AS payload_of
  )
  FROM mine m LEFT JOIN captures p ON p.capture_id = m.payload_of AND m.payload_of <> m.capture_id
),
taken AS (
  SELECT
    capture_id,
    list({
      'capture_id': capture_id, 'reader_version': reader_version, 'page_kind': page_kind, 'native_id': native_id,
      'page_canonical_url': page_canonical_url, 'content_id': content_id, 'content_digest': content_digest,
      'words': words, 'published_at': published_at
    } ORDER BY reader_version) AS readings
  FROM readings
  WHERE capture_id IN (SELECT payload_of FROM stepped)
  GROUP BY capture_id
)
SELECT s.* EXCLUDE (payload_of), coalesce(t.readings, []) AS readings
FROM stepped s LEFT JOIN taken t ON t.capture_id = s.payload_of;
