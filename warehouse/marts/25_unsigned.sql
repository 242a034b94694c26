CREATE VIEW article_signatures AS
SELECT
  a.article_id, a.source_id, a.published_date, a.section,
  CASE
    WHEN p.kind IS NOT NULL THEN p.kind
    WHEN len(a.credited_sources) > 0 THEN 'source'
    WHEN a.byline_raw IS NOT NULL THEN 'collective'
    ELSE 'none'
  END AS signature,
  a.byline_raw
FROM base.current_articles a
LEFT JOIN (
  -- Of person, pen-name and initials the fullest comes last in the order of letters.
  SELECT article_id, max(kind) AS kind FROM article_authors GROUP BY article_id
) p USING (article_id);

COMMENT ON VIEW article_signatures IS 'Who signs each article.';
COMMENT ON COLUMN article_signatures.article_id IS 'The article.';
COMMENT ON COLUMN article_signatures.source_id IS 'The outlet.';
COMMENT ON COLUMN article_signatures.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN article_signatures.section IS 'Section.';
COMMENT ON COLUMN article_signatures.signature IS 'person (a full name is among the credited), else pen-name, else initials; without anybody: source (an agency or outlet alone), collective (PV, BBT and whatever else names nobody), none.';
COMMENT ON COLUMN article_signatures.byline_raw IS 'The byline as written.';

CREATE VIEW unsigned_shares AS
SELECT
  source_id, section, date_trunc('month', published_date)::DATE AS month,
  count(*) AS articles,
  count(*) FILTER (signature = 'person') AS person,
  count(*) FILTER (signature = 'pen-name') AS pen_name,
  count(*) FILTER (signature = 'initials') AS initials,
  count(*) FILTER (signature = 'source') AS source,
  count(*) FILTER (signature = 'collective') AS collective,
  count(*) FILTER (signature = 'none') AS none,
  count(*) FILTER (signature IN ('source', 'collective', 'none')) / count(*) AS share_unsigned
FROM article_signatures
GROUP BY source_id, section, month;

COMMENT ON VIEW unsigned_shares IS 'How many articles of one outlet, section and month nobody signs. Add the counts up for other spans; shares cannot be added.';
COMMENT ON COLUMN unsigned_shares.source_id IS 'The outlet.';
COMMENT ON COLUMN unsigned_shares.section IS 'Section.';
COMMENT ON COLUMN unsigned_shares.month IS 'First day of the month of publication in Vietnam; NULL for undated articles.';
COMMENT ON COLUMN unsigned_shares.articles IS 'Articles.';
COMMENT ON COLUMN unsigned_shares.person IS 'Signed with a full name.';
COMMENT ON COLUMN unsigned_shares.pen_name IS 'Signed with pen names only.';
COMMENT ON COLUMN unsigned_shares.initials IS 'Signed with initials only.';
COMMENT ON COLUMN unsigned_shares.source IS 'An agency or outlet is named, but nobody.';
COMMENT ON COLUMN unsigned_shares.collective IS 'A byline that names nobody: PV, BBT, Nhóm phóng viên.';
COMMENT ON COLUMN unsigned_shares.none IS 'No byline at all.';
COMMENT ON COLUMN unsigned_shares.share_unsigned IS 'Share of the last three of all.';
