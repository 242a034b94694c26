-- The same rows for other tools: one folder per table, by outlet and month.
COPY (SELECT *, coalesce(strftime(published_date, '%Y-%m'), 'undated') AS month FROM articles ORDER BY source_id, month, article_id)
TO '$folder/articles' (FORMAT parquet, PARTITION_BY (source_id, month), COMPRESSION zstd, WRITE_PARTITION_COLUMNS true);

COPY (SELECT *, coalesce(strftime(published_date, '%Y-%m'), 'undated') AS month FROM versions ORDER BY source_id, month, article_id, version_no)
TO '$folder/versions' (FORMAT parquet, PARTITION_BY (source_id, month), COMPRESSION zstd, WRITE_PARTITION_COLUMNS true);

COPY (SELECT *, coalesce(strftime(published_date, '%Y-%m'), 'undated') AS month FROM credits ORDER BY source_id, month, article_id, position)
TO '$folder/credits' (FORMAT parquet, PARTITION_BY (source_id, month), COMPRESSION zstd, WRITE_PARTITION_COLUMNS true);

COPY (SELECT *, strftime((fetched_at AT TIME ZONE 'UTC') + INTERVAL 7 HOUR, '%Y-%m') AS month FROM captures ORDER BY source_id, month, capture_id)
TO '$folder/captures' (FORMAT parquet, PARTITION_BY (source_id, month), COMPRESSION zstd, WRITE_PARTITION_COLUMNS true);
