CREATE VIEW versions AS
WITH every AS (
  SELECT
    article_id, title, published_at, published_precision, published_date, published_local, people, credited_sources,
    lead, text, words, section, tags, captions, version_no, valid_from, NULL::TIMESTAMPTZ AS valid_to, seen_until, sights,
    changed_fields, change_class, numbers_gone, numbers_come, names_gone, names_come, version_id, reader_version
  FROM base.current_articles
  UNION ALL
  SELECT
    article_id, title, published_at, published_precision, published_date, published_local, people, credited_sources,
    lead, text, words, section, tags, captions, version_no, valid_from, valid_to, seen_until, sights,
    changed_fields, change_class, numbers_gone, numbers_come, names_gone, names_come, version_id, reader_version
  FROM base.past_versions
)
SELECT
  a.source_id, a.native_id, a.url, a.alternate_urls, e.title,
  e.published_at, e.published_precision, e.published_date, e.published_local,
  list_transform(e.people, lambda p: p.name) AS authors,
  e.credited_sources, e.lead,
  CASE WHEN e.text IS NULL THEN [] ELSE string_split(e.text, chr(10) || chr(10)) END AS body,
  e.version_no, a.first_seen, a.last_seen, a.status,
  e.valid_from, e.valid_to, e.changed_fields, e.change_class,
  e.numbers_gone, e.numbers_come, e.names_gone, e.names_come, e.seen_until, e.sights,
  e.text, e.words, e.section, e.tags, e.captions, e.article_id, e.version_id, e.reader_version
FROM every e JOIN base.current_articles a USING (article_id);

COMMENT ON VIEW versions IS 'One distinct published content of an article. version_no 1 is the first known; the latest has no valid_to. Columns not named here are those of articles, as they were in this version.';
COMMENT ON COLUMN versions.valid_from IS 'Capture that first showed this content.';
COMMENT ON COLUMN versions.valid_to IS 'Capture that first showed the next content; NULL for the latest version.';
COMMENT ON COLUMN versions.changed_fields IS 'Fields that differ from the version before: title, lead, body, captions, authors, sources, published_at.';
COMMENT ON COLUMN versions.change_class IS 'cosmetic (same words), minor, or major (numbers or names went, or much was reworded); NULL for the first.';
COMMENT ON COLUMN versions.numbers_gone IS 'Numbers of the version before that went.';
COMMENT ON COLUMN versions.numbers_come IS 'Numbers that came.';
COMMENT ON COLUMN versions.names_gone IS 'Names of the version before that went.';
COMMENT ON COLUMN versions.names_come IS 'Names that came.';
COMMENT ON COLUMN versions.seen_until IS 'Last capture that showed this content.';
COMMENT ON COLUMN versions.sights IS 'How many captures showed it.';
COMMENT ON COLUMN versions.version_id IS 'Id to cite. Every capture of a version leads to it: captures.version_id.';
