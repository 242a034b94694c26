-- What is still in the tables of redacted articles.
CREATE OR REPLACE TEMP TABLE redacted_captures AS
SELECT capture_id FROM captures SEMI JOIN redacted_addresses USING (source_id, canonical_url);

-- Also articles that are known by another id here, from a page that came in alone: what stood at the addresses goes.
CREATE OR REPLACE TEMP TABLE redacted_articles AS
SELECT article_id FROM redactions
UNION
(
  SELECT article_id FROM addresses SEMI JOIN redacted_addresses USING (source_id, canonical_url) WHERE article_id IS NOT NULL
  EXCEPT
  SELECT article_id FROM addresses ANTI JOIN redacted_addresses USING (source_id, canonical_url)
);

CREATE OR REPLACE TEMP TABLE redacted_left AS
SELECT article_id FROM articles SEMI JOIN redacted_articles USING (article_id)
UNION ALL
SELECT canonical_url FROM addresses SEMI JOIN redacted_addresses USING (source_id, canonical_url)
UNION ALL
SELECT canonical_url FROM candidates SEMI JOIN redacted_addresses USING (source_id, canonical_url);
