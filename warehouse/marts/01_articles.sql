CREATE VIEW articles AS
SELECT
  source_id, native_id, url, alternate_urls, title,
  published_at, published_precision, published_date, published_local,
  list_transform(people, lambda p: p.name) AS authors,
  credited_sources, lead,
  CASE WHEN text IS NULL THEN [] ELSE string_split(text, chr(10) || chr(10)) END AS body,
  version_no, first_seen, last_seen, status,
  text, words, section, tags, captions, images, source_mark, page_kind, language,
  published_raw, byline_raw, modified_at, flags, evidence,
  missing_since, gone_confirmed_at, changed_fields, change_class,
  article_id, version_id, reader_version
FROM base.current_articles;

COMMENT ON VIEW articles IS 'One article of one outlet as it stands now, in its latest version. Removed articles stay, with their text and status.';
COMMENT ON COLUMN articles.source_id IS 'The outlet (sources.source_id).';
COMMENT ON COLUMN articles.native_id IS 'Id of the article inside its paper; NULL where it has none.';
COMMENT ON COLUMN articles.url IS 'Its present address.';
COMMENT ON COLUMN articles.alternate_urls IS 'Its other addresses, the oldest first: it moved, or answers under several.';
COMMENT ON COLUMN articles.title IS 'Headline.';
COMMENT ON COLUMN articles.published_at IS 'Instant of publication. A day precision stands at local midnight: see published_precision.';
COMMENT ON COLUMN articles.published_precision IS 'How exactly the page tells the time: second, minute, hour or day.';
COMMENT ON COLUMN articles.published_date IS 'Day of publication in Vietnam; use it for every question by day.';
COMMENT ON COLUMN articles.published_local IS 'Publication on the clock in Vietnam, without zone.';
COMMENT ON COLUMN articles.authors IS 'Names of the people credited, in order; roles are in credits.';
COMMENT ON COLUMN articles.credited_sources IS 'Agencies and outlets to which the text is credited.';
COMMENT ON COLUMN articles.lead IS 'Lead without source mark.';
COMMENT ON COLUMN articles.body IS 'Paragraphs of the text in order, without lead, captions and byline.';
COMMENT ON COLUMN articles.version_no IS 'Number of the latest version; above 1 the article was edited.';
COMMENT ON COLUMN articles.first_seen IS 'First capture that showed it.';
COMMENT ON COLUMN articles.last_seen IS 'Last capture that showed it.';
COMMENT ON COLUMN articles.status IS 'live, missing (not there on the last visit), gone (confirmed), unreachable or blocked.';
COMMENT ON COLUMN articles.text IS 'The paragraphs of body in one text, a blank line between them; NULL where there are none.';
COMMENT ON COLUMN articles.words IS 'Number of words (syllables) and numbers in lead and body.';
COMMENT ON COLUMN articles.section IS 'Section as the page names it.';
COMMENT ON COLUMN articles.tags IS 'Keywords as the page shows them.';
COMMENT ON COLUMN articles.captions IS 'Captions as displayed, with the credit in them also apart, and the image.';
COMMENT ON COLUMN articles.images IS 'URLs of the images.';
COMMENT ON COLUMN articles.source_mark IS 'Mark before the lead, without brackets and dash (BTĐ).';
COMMENT ON COLUMN articles.page_kind IS 'article, gallery, video, multi-item or official.';
COMMENT ON COLUMN articles.language IS 'Language code.';
COMMENT ON COLUMN articles.published_raw IS 'Text from which the publication was read.';
COMMENT ON COLUMN articles.byline_raw IS 'Text from which people and sources were read.';
COMMENT ON COLUMN articles.modified_at IS 'Last modification as the page states it; versions are not built from it.';
COMMENT ON COLUMN articles.flags IS 'What is doubtful about this reading.';
COMMENT ON COLUMN articles.evidence IS 'For each field: where its value came from, and how sure it is (0 to 1).';
COMMENT ON COLUMN articles.missing_since IS 'First visit of the present run on which it was not there.';
COMMENT ON COLUMN articles.gone_confirmed_at IS 'Visit that confirmed that it is gone.';
COMMENT ON COLUMN articles.changed_fields IS 'Fields that the latest edit changed; empty where there was none.';
COMMENT ON COLUMN articles.change_class IS 'Weight of the latest edit: cosmetic, minor or major; NULL where there was none.';
COMMENT ON COLUMN articles.article_id IS 'Key of the article: 32 hex digits.';
COMMENT ON COLUMN articles.version_id IS 'Id of the latest version, to cite.';
COMMENT ON COLUMN articles.reader_version IS 'Version of the reader that read it.';
