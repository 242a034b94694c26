-- Captures of one outlet that only one of the two databases holds: without_log are loaded, but stand in no log of the archive;
-- not_loaded stand in a log, but are not in the database in use.
SELECT
  (SELECT count(*) FROM captures ANTI JOIN again.captures USING (capture_id), verify_cut WHERE captures.source_id = $source AND captures.fetched_at <= cut) AS without_log,
  (SELECT count(*) FROM again.captures a ANTI JOIN captures USING (capture_id), verify_cut WHERE a.source_id = $source AND a.fetched_at <= cut) AS not_loaded,
  (SELECT count(*) FROM again.captures WHERE source_id = $source) AS captures;
