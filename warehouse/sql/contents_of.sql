-- The contents with these ids.
SELECT * FROM contents WHERE content_id IN (SELECT unnest($ids));
