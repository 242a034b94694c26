-- The `pages` that no reader has read yet. They all lie at addresses that are noted as unread.
CREATE OR REPLACE TEMP VIEW unread AS
SELECT capture_id, source_id
FROM pages
SEMI JOIN main.unread_addresses USING (source_id, canonical_url)
WHERE capture_id NOT IN (SELECT capture_id FROM main.readings);
