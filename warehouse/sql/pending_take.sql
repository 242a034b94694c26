-- The next captures of `pending`, the oldest first; only the stretches of the table that they lie in are opened.
CREATE OR REPLACE TEMP TABLE pending_taken AS
SELECT capture_id FROM pending ORDER BY fetched_at, capture_id LIMIT $most;
