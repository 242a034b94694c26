-- The articles in `todo` that exist, each as its latest version tells it.
CREATE OR REPLACE TEMP VIEW todo_articles AS
SELECT
  a.article_id, a.source_id, a.native_id, a.url, a.status, a.first_seen,
  v.version_id, v.version_no, v.content_id, v.reader_version,
  c.title, c.lead, c.body, c.captions, c.authors, c.credited_sources,
  r.published_at, r.published_precision, r.published_date, r.byline_raw, r.source_mark, r.section, r.tags,
  r.page_kind, r.language, r.words
FROM todo t
JOIN articles a USING (article_id)
JOIN versions v USING (version_id)
JOIN contents c USING (content_id)
JOIN readings r ON r.capture_id = v.capture_id AND r.reader_version = v.reader_version;
