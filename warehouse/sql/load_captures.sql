-- Adds the staged captures that are not there yet (`fresh` holds them) and notes the addresses they touch: their own, and
-- those of captures that repeat the payload of one of them, directly or by another repetition. Every look at `captures`
-- has the few new rows on its other side: what is hashed follows what is new, not what is there.
CREATE OR REPLACE TEMP TABLE known AS
SELECT capture_id, warc_file FROM captures WHERE capture_id IN (SELECT capture_id FROM staged);

-- Captures whose bytes were lost and came back are as new.
CREATE OR REPLACE TEMP TABLE regained AS
SELECT s.capture_id
FROM staged s JOIN known k USING (capture_id)
WHERE s.warc_file IS NOT NULL AND k.warc_file IS NULL;

DELETE FROM captures WHERE capture_id IN (SELECT capture_id FROM regained);

DELETE FROM known WHERE capture_id IN (SELECT capture_id FROM regained);

CREATE OR REPLACE TEMP TABLE fresh AS
FROM staged ANTI JOIN known USING (capture_id);

INSERT INTO captures BY NAME SELECT * FROM fresh;

INSERT INTO sources (source_id, name, kind, enabled, demo, private, names, identity_params, article_patterns)
SELECT DISTINCT f.source_id, f.source_id, 'web', false, false, false, [], [], []
FROM fresh f
WHERE f.source_id NOT IN (SELECT source_id FROM sources);

-- Whatever may be a page: which of them are to be read is for pending_found to say.
INSERT INTO unread_addresses (source_id, canonical_url)
SELECT DISTINCT source_id, canonical_url
FROM fresh
WHERE purpose = 'article' AND outcome = 'response' AND warc_file IS NOT NULL;

INSERT INTO unbuilt (source_id, canonical_url)
WITH RECURSIVE touched AS (
  SELECT capture_id, source_id, canonical_url, purpose FROM fresh
  UNION
  SELECT c.capture_id, c.source_id, c.canonical_url, c.purpose
  FROM captures c JOIN touched t ON c.refers_to = t.capture_id
  WHERE c.outcome IN ('not-modified', 'unchanged')
)
SELECT DISTINCT source_id, canonical_url
FROM touched
WHERE purpose = 'article';
