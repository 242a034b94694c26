-- `told` speaks of the latest versions of the articles in `todo`. Their rows are taken out by their numbers: DuckDB then
-- opens the stretches of a table that they lie in, where a search by id would unpack every text of the archive.
CREATE OR REPLACE TEMP TABLE todo_known AS
FROM articles
WHERE rowid IN (SELECT a.rowid FROM articles a WHERE a.article_id IN (SELECT article_id FROM todo));

CREATE OR REPLACE TEMP TABLE todo_versions AS
FROM versions
WHERE rowid IN (SELECT v.rowid FROM versions v WHERE v.version_id IN (SELECT version_id FROM todo_known));

CREATE OR REPLACE TEMP TABLE todo_readings AS
FROM readings
WHERE rowid IN (SELECT r.rowid FROM readings r WHERE r.capture_id IN (SELECT capture_id FROM todo_versions));

CREATE OR REPLACE TEMP TABLE todo_contents AS
FROM contents
WHERE rowid IN (SELECT c.rowid FROM contents c WHERE c.content_id IN (SELECT content_id FROM todo_versions));

CREATE OR REPLACE TEMP VIEW told_versions AS FROM todo_versions;
CREATE OR REPLACE TEMP VIEW told_readings AS FROM todo_readings;
CREATE OR REPLACE TEMP VIEW told_contents AS FROM todo_contents;
