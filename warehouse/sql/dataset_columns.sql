-- Types and meanings of the columns of these views and tables.
SELECT table_name AS view_name, column_name, data_type, comment
FROM duckdb_columns()
WHERE schema_name = 'main' AND table_name IN (SELECT unnest($views)) AND database_name = current_database()
ORDER BY table_name, column_index;
