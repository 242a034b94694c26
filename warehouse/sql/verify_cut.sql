-- What is left out of the comparison of one outlet with `again`, its database made anew: articles that a capture later than
-- both databases touched (a crawl may have gone on meanwhile), and articles shown by another reader than the present one.
CREATE OR REPLACE TEMP TABLE verify_cut AS
SELECT least(
  (SELECT max(fetched_at) FROM captures WHERE source_id = $source),
  (SELECT max(fetched_at) FROM again.captures WHERE source_id = $source)
) AS cut;

CREATE OR REPLACE TEMP TABLE verify_left AS
WITH late AS (
  SELECT canonical_url FROM captures, verify_cut WHERE source_id = $source AND fetched_at > cut
  UNION
  SELECT canonical_url FROM again.captures, verify_cut WHERE source_id = $source AND fetched_at > cut
)
SELECT article_id FROM addresses SEMI JOIN late USING (canonical_url) WHERE source_id = $source AND article_id IS NOT NULL
UNION
SELECT article_id FROM again.addresses SEMI JOIN late USING (canonical_url) WHERE source_id = $source AND article_id IS NOT NULL
UNION
SELECT article_id FROM versions WHERE source_id = $source AND reader_version <> $reader;
