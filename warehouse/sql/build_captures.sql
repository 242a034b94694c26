-- Every capture of the addresses in `todo`, each with what the readers took from it or from the payload that it repeats.
CREATE OR REPLACE TEMP TABLE mine AS
SELECT
  source_id, canonical_url, capture_id, url, fetched_at, outcome, status, etag, last_modified, payload_digest,
  refers_to, redirect_to, redirect_canonical, found_by
FROM captures SEMI JOIN todo USING (source_id, canonical_url)
WHERE purpose = 'article';

-- Where the payload of each lies. One that is repeated may itself be given as a repetition; logs of ours go one step back.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT capture_id, refers_to
FROM captures
WHERE outcome IN ('not-modified', 'unchanged')
  AND capture_id IN (SELECT refers_to FROM mine WHERE outcome IN ('not-modified', 'unchanged'));

CREATE OR REPLACE TEMP TABLE payloads AS
SELECT
  m.capture_id,
  CASE WHEN m.outcome IN ('not-modified', 'unchanged') THEN coalesce(r.refers_to, m.refers_to) ELSE m.capture_id END
    AS payload_of
FROM mine m LEFT JOIN repeated r ON m.refers_to = r.capture_id;

CREATE OR REPLACE TEMP TABLE taken AS
SELECT
  capture_id,
  {
    'capture_id': capture_id, 'reader_version': reader_version, 'page_kind': page_kind, 'native_id': native_id,
    'page_canonical_url': page_canonical_url, 'content_id': content_id, 'content_digest': content_digest,
    'words': words, 'published_at': published_at
  } AS reading
FROM readings
WHERE capture_id IN (SELECT payload_of FROM payloads);

SELECT m.*, coalesce(t.readings, []) AS readings
FROM mine m
JOIN payloads p USING (capture_id)
LEFT JOIN (SELECT capture_id, list(reading ORDER BY reading.reader_version) AS readings FROM taken GROUP BY capture_id) t
  ON t.capture_id = p.payload_of;
