-- The articles that the build made, as far as derivations look at them.
CREATE OR REPLACE TEMP TABLE built AS
SELECT a.article_id, a.first_seen, a.version_id, v.reader_version
FROM built_articles a LEFT JOIN built_versions v USING (version_id);
