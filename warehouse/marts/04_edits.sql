CREATE VIEW edits AS
WITH every AS (
  SELECT
    article_id, version_id, version_no, title, valid_from, changed_fields, change_class,
    numbers_gone, numbers_come, names_gone, names_come
  FROM base.current_articles
  UNION ALL
  SELECT
    article_id, version_id, version_no, title, valid_from, changed_fields, change_class,
    numbers_gone, numbers_come, names_gone, names_come
  FROM base.past_versions
),
followed AS (
  SELECT
    *,
    lag(title) OVER history AS title_before,
    lag(version_id) OVER history AS version_before
  FROM every
  WINDOW history AS (PARTITION BY article_id ORDER BY version_no)
)
SELECT
  a.source_id, e.valid_from AS edited_at, e.change_class, e.changed_fields, e.title_before, e.title,
  e.numbers_gone, e.numbers_come, e.names_gone, e.names_come,
  (e.valid_from AT TIME ZONE 'UTC') - (a.published_at AT TIME ZONE 'UTC') AS delay,
  e.version_no, a.url, a.published_at, a.published_date, e.article_id, e.version_before, e.version_id
FROM followed e JOIN base.current_articles a USING (article_id)
WHERE e.version_no > 1;

COMMENT ON VIEW edits IS 'One change that a paper made to an article after we first saw it. Moves, removals and changes of our reader are no edits.';
COMMENT ON COLUMN edits.source_id IS 'The outlet.';
COMMENT ON COLUMN edits.edited_at IS 'Capture that first showed the change; the paper made it between the visit before and this one.';
COMMENT ON COLUMN edits.change_class IS 'cosmetic (same words), minor, or major (numbers or names went, or much was reworded).';
COMMENT ON COLUMN edits.changed_fields IS 'title, lead, body, captions, authors, sources, published_at.';
COMMENT ON COLUMN edits.title_before IS 'Headline before the change.';
COMMENT ON COLUMN edits.title IS 'Headline after the change.';
COMMENT ON COLUMN edits.numbers_gone IS 'Numbers that went from title, lead and body.';
COMMENT ON COLUMN edits.numbers_come IS 'Numbers that came.';
COMMENT ON COLUMN edits.names_gone IS 'Names that went.';
COMMENT ON COLUMN edits.names_come IS 'Names that came.';
COMMENT ON COLUMN edits.delay IS 'Time from publication to the capture that first showed the change.';
COMMENT ON COLUMN edits.version_no IS 'Number of the version that the change made.';
COMMENT ON COLUMN edits.url IS 'Address of the article.';
COMMENT ON COLUMN edits.published_at IS 'Publication of the article as it is stated now.';
COMMENT ON COLUMN edits.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN edits.article_id IS 'The article.';
COMMENT ON COLUMN edits.version_before IS 'Version before the change.';
COMMENT ON COLUMN edits.version_id IS 'Version that the change made, to cite.';
