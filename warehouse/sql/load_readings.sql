-- Adds the staged readings and contents that are not there yet (`fresh` holds the readings) and notes the addresses they
-- touch: those of their captures, and of captures that repeat the payload of one of them, directly or by a repetition.
-- The few new rows are on the hashed side of every join, as in load_captures.
CREATE OR REPLACE TEMP TABLE known AS
SELECT capture_id, reader_version FROM readings WHERE capture_id IN (SELECT capture_id FROM staged);

CREATE OR REPLACE TEMP TABLE fresh AS
FROM staged ANTI JOIN known USING (capture_id, reader_version);

INSERT INTO readings BY NAME SELECT * FROM fresh;

CREATE OR REPLACE TEMP TABLE known_contents AS
SELECT content_id FROM contents WHERE content_id IN (SELECT content_id FROM fresh);

INSERT INTO contents BY NAME
SELECT * FROM staged_contents
WHERE content_id IN (SELECT content_id FROM fresh) AND content_id NOT IN (SELECT content_id FROM known_contents);

CREATE OR REPLACE TEMP TABLE of_fresh AS
SELECT capture_id, source_id, canonical_url, purpose FROM captures WHERE capture_id IN (SELECT capture_id FROM fresh);

-- What else lies at these addresses has to be read by the same reader, also where this run is killed now.
INSERT INTO unread_addresses (source_id, canonical_url)
SELECT DISTINCT source_id, canonical_url
FROM of_fresh
WHERE purpose = 'article' AND (source_id, canonical_url) NOT IN (SELECT (source_id, canonical_url) FROM unread_addresses);

INSERT INTO unbuilt (source_id, canonical_url)
WITH RECURSIVE touched AS (
  FROM of_fresh
  UNION
  SELECT c.capture_id, c.source_id, c.canonical_url, c.purpose
  FROM captures c JOIN touched t ON c.refers_to = t.capture_id
  WHERE c.outcome IN ('not-modified', 'unchanged')
)
SELECT DISTINCT source_id, canonical_url
FROM touched
WHERE purpose = 'article';
