-- The articles in `todo` that exist, each as its latest version tells it (`told`).
CREATE OR REPLACE TEMP TABLE todo_articles AS
SELECT
  a.article_id, a.source_id, a.first_seen,
  t.version_id, t.version_no, t.content_id, t.reader_version,
  t.title, t.lead, t.body, t.captions, t.authors, t.credited_sources,
  t.published_at, t.published_precision, t.published_date, t.byline_raw, t.source_mark, t.section, t.tags,
  t.page_kind, t.language, t.words, t.flags
FROM todo_known a
JOIN told t USING (version_id);
