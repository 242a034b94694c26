-- Every capture of the addresses in `todo`, each with what the readers took from its payload.
SELECT m.* EXCLUDE (payload_of), coalesce(t.readings, []) AS readings
FROM mine m
LEFT JOIN (
  SELECT capture_id AS payload_of, list(taken ORDER BY reader_version) AS readings FROM taken GROUP BY capture_id
) t USING (payload_of);
