-- Merges the staged namings of addresses with the known ones: the first naming gives the words, the last the instant.
-- `merged` says of each whether it was known.
CREATE OR REPLACE TEMP TABLE merged AS
SELECT
  source_id, canonical_url, found_by,
  min(first_found_at) AS first_found_at,
  max(last_found_at) AS last_found_at,
  bool_or(known) AS known,
  min_by(
    {'url': url, 'found_on': found_on, 'title': title, 'published_hint': published_hint},
    {'at': first_found_at, 'url': url, 'found_on': coalesce(found_on, ''), 'title': coalesce(title, '')}
  ) AS words
FROM (
  SELECT *, false AS known FROM staged
  UNION ALL BY NAME
  SELECT candidates.*, true AS known FROM candidates SEMI JOIN staged USING (source_id, canonical_url, found_by)
)
GROUP BY ALL;

DELETE FROM candidates
USING merged m
WHERE candidates.source_id = m.source_id AND candidates.canonical_url = m.canonical_url AND candidates.found_by = m.found_by;

INSERT INTO candidates BY NAME
SELECT
  source_id, canonical_url, found_by, first_found_at, last_found_at,
  words.url AS url, words.found_on AS found_on, words.title AS title, words.published_hint AS published_hint
FROM merged;
