-- What these captures gave: the exchange (its columns as `c`) and what was read from it.
SELECT
  c AS capture, r.native_id, r.published_at, r.section, r.tags, r.images, r.byline_raw, r.reader_version,
  t.title, t.lead, t.body, t.captions, t.authors, t.credited_sources
FROM captures c JOIN readings r USING (capture_id) JOIN contents t USING (content_id)
WHERE c.capture_id IN (SELECT unnest($ids))
ORDER BY c.fetched_at, c.capture_id;
