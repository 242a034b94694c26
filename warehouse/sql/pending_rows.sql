-- The captures in `pending_taken`.
SELECT *
FROM captures
WHERE rowid IN (SELECT c.rowid FROM captures c WHERE c.capture_id IN (SELECT capture_id FROM pending_taken))
ORDER BY fetched_at, capture_id;
