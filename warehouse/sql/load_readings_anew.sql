-- The readings that the staged ones replace go.
DELETE FROM readings
WHERE (capture_id, reader_version) IN (SELECT (capture_id, reader_version) FROM staged);
