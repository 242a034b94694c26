-- What each version tells: what the reader took from it, or what an operator's correction says instead, with that origin.
-- Of which versions is for `told_of_all` or `told_of_some` to say, which comes before this.
CREATE OR REPLACE TEMP VIEW told AS
SELECT
  v.version_id, v.article_id, v.source_id, v.version_no, v.valid_from, v.valid_to, v.last_seen, v.captures,
  v.content_id, v.capture_id, v.reader_version,
  v.changed_fields, v.change_class, v.numbers_gone, v.numbers_come, v.names_gone, v.names_come,
  CASE WHEN list_contains(t.fields, 'title') THEN t.title ELSE c.title END AS title,
  CASE WHEN list_contains(t.fields, 'lead') THEN t.lead ELSE c.lead END AS lead,
  CASE WHEN list_contains(t.fields, 'body') THEN t.body ELSE c.body END AS body,
  c.captions,
  CASE WHEN list_contains(k.fields, 'authors') THEN k.authors ELSE c.authors END AS authors,
  CASE WHEN list_contains(k.fields, 'credited_sources') THEN k.credited_sources ELSE c.credited_sources END
    AS credited_sources,
  CASE WHEN list_contains(k.fields, 'published_at') THEN k.published_at ELSE r.published_at END AS published_at,
  CASE WHEN list_contains(k.fields, 'published_at') THEN k.published_precision ELSE r.published_precision END
    AS published_precision,
  CASE WHEN list_contains(k.fields, 'published_at') THEN k.published_date ELSE r.published_date END AS published_date,
  CASE WHEN list_contains(k.fields, 'section') THEN k.section ELSE r.section END AS section,
  CASE WHEN list_contains(k.fields, 'tags') THEN k.tags ELSE r.tags END AS tags,
  r.published_raw, r.modified_at, r.byline_raw, r.source_mark, r.images, r.page_kind, r.language, r.words,
  r.family, r.encoding, r.flags,
  CASE
    WHEN k.fields IS NULL AND t.fields IS NULL THEN r.evidence
    ELSE list_concat(
      list_filter(r.evidence, lambda e: NOT list_contains(
        list_transform(list_concat(coalesce(k.fields, []), coalesce(t.fields, [])), lambda f: CASE f WHEN 'credited_sources' THEN 'sources' ELSE f END),
        e.field
      )),
      list_transform(list_concat(coalesce(k.fields, []), coalesce(t.fields, [])), lambda f: {
        'field': CASE f WHEN 'credited_sources' THEN 'sources' ELSE f END,
        'origin': 'correction', 'confidence': 1.0::DOUBLE, 'raw': NULL::VARCHAR
      })
    )
  END AS evidence
FROM told_contents c
JOIN told_versions v USING (content_id)
JOIN told_readings r ON r.capture_id = v.capture_id AND r.reader_version = v.reader_version
LEFT JOIN main.corrected_articles k ON k.article_id = v.article_id
LEFT JOIN main.corrected_texts t ON t.version_id = v.version_id;
