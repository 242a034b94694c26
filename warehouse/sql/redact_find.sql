-- What is still in the tables of redacted articles.
CREATE OR REPLACE TEMP TABLE redacted_captures AS
SELECT capture_id FROM captures SEMI JOIN redacted_addresses USING (source_id, canonical_url);

CREATE OR REPLACE TEMP TABLE redacted_left AS
SELECT article_id FROM articles SEMI JOIN redactions USING (article_id)
UNION ALL
SELECT canonical_url FROM addresses SEMI JOIN redacted_addresses USING (source_id, canonical_url)
UNION ALL
SELECT canonical_url FROM candidates SEMI JOIN redacted_addresses USING (source_id, canonical_url);
