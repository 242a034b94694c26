-- Sources of which something is registered and not taken further: pages that nobody has read, or addresses whose versions do
-- not reflect their captures. `unread` is the view of `unread.sql`.
SELECT DISTINCT source_id FROM unread
UNION
SELECT DISTINCT source_id FROM unbuilt;
