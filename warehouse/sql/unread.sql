-- Pages that no reader has read yet. Which captures are pages, `pending_readings` says in the same words.
CREATE OR REPLACE TEMP VIEW unread AS
SELECT capture_id, source_id
FROM main.captures
ANTI JOIN main.readings USING (capture_id)
WHERE purpose = 'article'
  AND outcome = 'response'
  AND status BETWEEN 200 AND 299
  AND warc_file IS NOT NULL
  AND coalesce(content_type, 'text/html') IN ('text/html', 'application/xhtml+xml', 'text/plain', 'application/xml', 'text/xml');
