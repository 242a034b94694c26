-- Captures that are pages a reader can read: what waits to be read, and what does not, is asked of these alone.
CREATE OR REPLACE TEMP VIEW pages AS
FROM main.captures
WHERE purpose = 'article'
  AND outcome = 'response'
  AND status BETWEEN 200 AND 299
  AND warc_file IS NOT NULL
  AND coalesce(content_type, 'text/html') IN ('text/html', 'application/xhtml+xml', 'text/plain', 'application/xml', 'text/xml');
