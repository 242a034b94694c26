-- Tables of the new file that analysts see, with their columns.
SELECT c.table_name, c.column_name
FROM duckdb_columns() c
JOIN duckdb_tables() t USING (database_name, schema_name, table_name)
WHERE c.database_name = 'pub' AND c.schema_name = 'main' AND NOT c.internal;
