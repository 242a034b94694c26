-- Of each outlet in `looked`, the articles published last and those edited last since an instant; and `told` speaks of these
-- alone, in all their versions. Their rows are taken out by their numbers, as in told_of_todo.
CREATE OR REPLACE TEMP TABLE newest AS
SELECT source_id, article_id
FROM looked
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY published_at DESC NULLS LAST, article_id) <= $newest;

CREATE OR REPLACE TEMP TABLE edited AS
SELECT v.source_id, v.article_id, v.version_no, v.valid_from AS edited_at, v.change_class
FROM versions v
WHERE v.source_id IN (SELECT source_id FROM looked) AND v.version_no > 1 AND v.valid_from > $since
QUALIFY row_number() OVER (PARTITION BY v.source_id ORDER BY v.valid_from DESC, v.article_id, v.version_no DESC) <= $edits;

CREATE OR REPLACE TEMP TABLE shown_versions AS
FROM versions
WHERE rowid IN (
  SELECT v.rowid FROM versions v WHERE v.article_id IN (SELECT article_id FROM newest UNION SELECT article_id FROM edited)
);

CREATE OR REPLACE TEMP TABLE shown_readings AS
FROM readings
WHERE rowid IN (SELECT r.rowid FROM readings r WHERE r.capture_id IN (SELECT capture_id FROM shown_versions));

CREATE OR REPLACE TEMP TABLE shown_contents AS
FROM contents
WHERE rowid IN (SELECT c.rowid FROM contents c WHERE c.content_id IN (SELECT content_id FROM shown_versions));

CREATE OR REPLACE TEMP VIEW told_versions AS FROM shown_versions;
CREATE OR REPLACE TEMP VIEW told_readings AS FROM shown_readings;
CREATE OR REPLACE TEMP VIEW told_contents AS FROM shown_contents;
