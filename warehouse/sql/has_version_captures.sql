-- Whether this is the writer's database: the published file tells the article of a capture in `captures` itself.
SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'version_captures' AND database_name = current_database();
