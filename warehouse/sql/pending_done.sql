-- All addresses of these sources are read, but those of the captures that were given up for now.
DELETE FROM unread_addresses
WHERE source_id IN (SELECT unnest($sources))
  AND (source_id, canonical_url) NOT IN (
    SELECT (source_id, canonical_url) FROM captures WHERE capture_id IN (SELECT unnest($without))
  );
