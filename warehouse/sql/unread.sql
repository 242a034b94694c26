-- Pages that no reader has read yet; which captures are pages, `pending_found` says in the same words. They all lie at
-- addresses that are noted as unread.
CREATE OR REPLACE TEMP VIEW unread AS
SELECT capture_id, source_id
FROM main.captures
SEMI JOIN main.unread_addresses USING (source_id, canonical_url)
WHERE purpose = 'article'
  AND outcome = 'response'
  AND status BETWEEN 200 AND 299
  AND warc_file IS NOT NULL
  AND coalesce(content_type, 'text/html') IN ('text/html', 'application/xhtml+xml', 'text/plain', 'application/xml', 'text/xml')
  AND capture_id NOT IN (SELECT capture_id FROM main.readings);
