-- Adds the staged readings and contents that are not there yet (`fresh` holds the readings) and notes the addresses they
-- touch: those of their captures, and of captures that repeat the payload of one of them, directly or by a repetition.
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT s.* FROM staged s ANTI JOIN readings r ON r.capture_id = s.capture_id AND r.reader_version = s.reader_version;

INSERT INTO readings BY NAME SELECT * FROM fresh;

INSERT INTO contents BY NAME
SELECT * FROM staged_contents
WHERE content_id IN (SELECT content_id FROM fresh) AND content_id NOT IN (SELECT content_id FROM contents);

INSERT INTO unbuilt (source_id, canonical_url)
WITH RECURSIVE touched AS (
  SELECT capture_id FROM fresh
  UNION
  SELECT c.capture_id
  FROM captures c JOIN touched t ON c.refers_to = t.capture_id
  WHERE c.outcome IN ('not-modified', 'unchanged')
)
SELECT DISTINCT source_id, canonical_url
FROM captures SEMI JOIN touched USING (capture_id)
WHERE purpose = 'article';
