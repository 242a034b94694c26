-- Of each article of some outlets, which fields it has and when it was published, in the writer's database. No text is
-- unpacked: these tables hold every one of the archive, and a load asks this once for all its outlets.
CREATE OR REPLACE TEMP TABLE looked AS
SELECT
  a.source_id, a.article_id,
  CASE WHEN list_contains(k.fields, 'published_at') THEN k.published_at ELSE r.published_at END AS published_at,
  CASE WHEN list_contains(t.fields, 'title') THEN t.title ELSE c.title END IS NOT NULL AS title,
  len(CASE WHEN list_contains(k.fields, 'authors') THEN k.authors ELSE c.authors END) > 0 AS authors,
  len(CASE WHEN list_contains(k.fields, 'credited_sources') THEN k.credited_sources ELSE c.credited_sources END) > 0
    AS credited_sources,
  CASE WHEN list_contains(t.fields, 'lead') THEN t.lead ELSE c.lead END IS NOT NULL AS lead,
  CASE WHEN list_contains(t.fields, 'body') THEN len(t.body) ELSE r.words END > 0 AS text,
  len(c.captions) > 0 AS captions,
  CASE WHEN list_contains(k.fields, 'section') THEN k.section ELSE r.section END IS NOT NULL AS section,
  len(CASE WHEN list_contains(k.fields, 'tags') THEN k.tags ELSE r.tags END) > 0 AS tags
FROM articles a
JOIN versions v USING (version_id)
JOIN readings r ON r.capture_id = v.capture_id AND r.reader_version = v.reader_version
JOIN contents c ON c.content_id = v.content_id
LEFT JOIN corrected_articles k ON k.article_id = a.article_id
LEFT JOIN corrected_texts t ON t.version_id = v.version_id
WHERE a.source_id IN (SELECT unnest($sources));
