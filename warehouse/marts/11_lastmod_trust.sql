CREATE VIEW lastmod_trust AS
WITH said AS (
  SELECT
    *,
    CASE
      WHEN length(lastmod) = 10
        THEN try_cast(lastmod AS DATE) > (seen_before AT TIME ZONE 'UTC' + INTERVAL 7 HOUR)::DATE
      ELSE try_cast(lastmod AS TIMESTAMPTZ) > seen_before
    END AS claimed
  FROM base.lastmods
)
SELECT
  source_id,
  count(*) AS looks,
  count(*) FILTER (claimed) AS claimed,
  count(*) FILTER (claimed AND payload_changed) AS claimed_changed,
  count(*) FILTER (claimed AND edited) AS claimed_edited,
  count(*) FILTER (NOT coalesce(claimed, false) AND edited) AS unclaimed_edited,
  count(*) FILTER (claimed IS NULL) AS unreadable,
  round(count(*) FILTER (claimed AND payload_changed) / nullif(count(*) FILTER (claimed), 0), 4) AS trust,
  max(fetched_at) AS last_look
FROM said
GROUP BY source_id;

COMMENT ON VIEW lastmod_trust IS 'How far the lastmod in each outlet''s sitemaps can be believed: what it claimed of known articles, and what the next visit found.';
COMMENT ON COLUMN lastmod_trust.source_id IS 'The outlet.';
COMMENT ON COLUMN lastmod_trust.looks IS 'Second and later visits to an article of which a sitemap had just told a lastmod.';
COMMENT ON COLUMN lastmod_trust.claimed IS 'Of them, those whose lastmod lay after the visit before.';
COMMENT ON COLUMN lastmod_trust.claimed_changed IS 'Of the claimed ones, those whose page had changed in any byte.';
COMMENT ON COLUMN lastmod_trust.claimed_edited IS 'Of the claimed ones, those whose article had changed.';
COMMENT ON COLUMN lastmod_trust.unclaimed_edited IS 'Visits that found the article changed though its lastmod claimed nothing.';
COMMENT ON COLUMN lastmod_trust.unreadable IS 'Visits whose lastmod is no date.';
COMMENT ON COLUMN lastmod_trust.trust IS 'claimed_changed / claimed; NULL where nothing was claimed.';
COMMENT ON COLUMN lastmod_trust.last_look IS 'Latest of the visits.';
