-- All addresses of these sources, where everything is to be read again.
CREATE OR REPLACE TEMP TABLE pending_asked AS
SELECT DISTINCT source_id, canonical_url FROM captures WHERE source_id IN (SELECT unnest($sources)) AND purpose = 'article';
