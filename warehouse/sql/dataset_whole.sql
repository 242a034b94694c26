-- The figures of a data set's card; see `warehouse.dataset`.
SELECT
  count(*) AS articles,
  (SELECT count(*) FROM versions) AS versions,
  count(DISTINCT source_id) AS outlets,
  count(*) FILTER (version_no > 1) AS edited,
  count(*) FILTER (published_at IS NULL) AS undated,
  count(*) FILTER (published_precision = 'day') AS by_day,
  count(*) FILTER (len(authors) = 0) AS unsigned,
  count(*) FILTER (len(flags) > 0) AS doubtful,
  count(*) FILTER (status <> 'live') AS not_live,
  count(*) FILTER (status = 'gone') AS gone,
  min(published_date) AS first_day,
  max(published_date) AS last_day,
  ((SELECT min(fetched_at) FROM captures) AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS first_capture,
  ((SELECT max(fetched_at) FROM captures) AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS last_capture,
  string_agg(DISTINCT reader_version, ', ' ORDER BY reader_version) AS reader_versions,
  (SELECT count(*) FROM redactions) AS redacted
FROM articles;
