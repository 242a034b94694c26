-- Of each outlet in `looked`, the articles published last and those edited last since an instant, and all their versions,
-- for `told_of_some`. Rows are taken out by their numbers, as in told_of_todo.
CREATE OR REPLACE TEMP TABLE newest AS
SELECT source_id, article_id
FROM looked
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY published_at DESC NULLS LAST, article_id) <= $newest;

CREATE OR REPLACE TEMP TABLE edited AS
SELECT v.source_id, v.article_id, v.version_no, v.valid_from AS edited_at, v.change_class
FROM versions v
WHERE v.source_id IN (SELECT source_id FROM looked) AND v.version_no > 1 AND v.valid_from > $since
QUALIFY row_number() OVER (PARTITION BY v.source_id ORDER BY v.valid_from DESC, v.article_id, v.version_no DESC) <= $edits;

CREATE OR REPLACE TEMP TABLE some_versions AS
FROM versions
WHERE rowid IN (
  SELECT v.rowid FROM versions v WHERE v.article_id IN (SELECT article_id FROM newest UNION SELECT article_id FROM edited)
);
