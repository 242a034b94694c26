-- Takes the articles of `redactions` out of every table; what is derived of them goes with the next derivation.
INSERT INTO underived (derivation, article_id)
SELECT d.name, r.article_id FROM (SELECT article_id FROM redactions SEMI JOIN articles USING (article_id)) r CROSS JOIN derivations d;

CREATE OR REPLACE TEMP TABLE redacted_contents AS
SELECT DISTINCT content_id FROM readings SEMI JOIN redacted_captures USING (capture_id);

DELETE FROM readings WHERE capture_id IN (SELECT capture_id FROM redacted_captures);

DELETE FROM contents
WHERE content_id IN (SELECT content_id FROM redacted_contents) AND content_id NOT IN (SELECT content_id FROM readings);

DELETE FROM captures WHERE capture_id IN (SELECT capture_id FROM redacted_captures);

DELETE FROM version_captures WHERE article_id IN (SELECT article_id FROM redactions);

DELETE FROM versions WHERE article_id IN (SELECT article_id FROM redactions);

DELETE FROM articles WHERE article_id IN (SELECT article_id FROM redactions);

DELETE FROM corrections WHERE article_id IN (SELECT article_id FROM redactions);

DELETE FROM corrected_articles WHERE article_id IN (SELECT article_id FROM redactions);

DELETE FROM corrected_texts WHERE version_id NOT IN (SELECT version_id FROM versions);

DELETE FROM addresses USING redacted_addresses r
WHERE addresses.source_id = r.source_id AND addresses.canonical_url = r.canonical_url;

DELETE FROM address_keys USING redacted_addresses r
WHERE address_keys.source_id = r.source_id AND address_keys.canonical_url = r.canonical_url;

DELETE FROM gaps USING redacted_addresses r
WHERE gaps.source_id = r.source_id AND gaps.canonical_url = r.canonical_url;

DELETE FROM candidates USING redacted_addresses r
WHERE candidates.source_id = r.source_id AND candidates.canonical_url = r.canonical_url;

DELETE FROM unbuilt USING redacted_addresses r
WHERE unbuilt.source_id = r.source_id AND unbuilt.canonical_url = r.canonical_url;
