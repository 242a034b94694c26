-- `told` speaks of the versions in `some_versions`; rows are taken out by their numbers, as in told_of_todo.
CREATE OR REPLACE TEMP TABLE some_readings AS
FROM readings
WHERE rowid IN (SELECT r.rowid FROM readings r WHERE r.capture_id IN (SELECT capture_id FROM some_versions));

CREATE OR REPLACE TEMP TABLE some_contents AS
FROM contents
WHERE rowid IN (SELECT c.rowid FROM contents c WHERE c.content_id IN (SELECT content_id FROM some_versions));

CREATE OR REPLACE TEMP VIEW told_versions AS FROM some_versions;
CREATE OR REPLACE TEMP VIEW told_readings AS FROM some_readings;
CREATE OR REPLACE TEMP VIEW told_contents AS FROM some_contents;
