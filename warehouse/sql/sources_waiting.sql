-- Sources of which something is registered and not taken further: pages that are to be read, or addresses whose versions
-- do not reflect their captures.
SELECT DISTINCT source_id FROM unread_addresses
UNION
SELECT DISTINCT source_id FROM unbuilt;
