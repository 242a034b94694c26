-- The latest versions of the articles in `todo`, for `told_of_some`. Rows are taken out by their numbers: DuckDB then opens
-- the stretches of a table that they lie in, where a search by id would unpack every text of the archive.
CREATE OR REPLACE TEMP TABLE todo_known AS
FROM articles
WHERE rowid IN (SELECT a.rowid FROM articles a WHERE a.article_id IN (SELECT article_id FROM todo));

CREATE OR REPLACE TEMP TABLE some_versions AS
FROM versions
WHERE rowid IN (SELECT v.rowid FROM versions v WHERE v.version_id IN (SELECT version_id FROM todo_known));
