-- For each outlet and kind of discovery: what it named, and on sitemaps how far their lastmod is true.
SELECT
  d.source_id, d.found_by, d.named, d.named_first, d.named_alone, d.articles_first, d.share_first,
  d.hours_after_publication, d.last_named,
  CASE WHEN d.found_by = 'sitemap' THEN t.claimed END AS lastmod_claimed,
  CASE WHEN d.found_by = 'sitemap' THEN t.trust END AS lastmod_trust
FROM discovery d
LEFT JOIN lastmod_trust t USING (source_id)
ORDER BY d.source_id, d.named_first DESC, d.found_by;
