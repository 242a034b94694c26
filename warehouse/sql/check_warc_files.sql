-- Every WARC file that captures name, and how long it must be at least.
SELECT source_id, warc_file, max(warc_offset + warc_length) AS bytes, count(*) AS captures
FROM captures
WHERE warc_file IS NOT NULL AND ($source IS NULL OR source_id = $source) AND fetched_at <= $moment
GROUP BY ALL
ORDER BY warc_file;
