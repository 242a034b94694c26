CREATE VIEW story_articles AS
SELECT
  m.story_id, m.position, m.article_id, m.source_id, s.name AS source_name, s.kind AS source_kind,
  s.province_old, s.province_new,
  m.moment, m.exact,
  date_diff('second', first.moment, m.moment) / 3600.0 AS delay_hours,
  m.nearest_id, n.source_id AS nearest_source_id, m.jaccard, m.contained,
  c.agencies, c.credited_source_ids, a.credited_sources,
  CASE
    WHEN m.position = 1 THEN 'first'
    WHEN len(c.agencies) > 0 THEN 'agency'
    WHEN list_contains(c.credited_source_ids, first.source_id) THEN 'first outlet'
    WHEN len(a.credited_sources) > 0 THEN 'other'
    ELSE 'none'
  END AS credit,
  a.title, a.url, a.published_at, a.published_date, a.section, a.status
FROM story_members m
JOIN story_members first ON first.story_id = m.story_id AND first.position = 1
JOIN base.current_articles a ON a.article_id = m.article_id
LEFT JOIN sources s ON s.source_id = m.source_id
LEFT JOIN story_members n ON n.article_id = m.nearest_id
LEFT JOIN (
  SELECT
    article_id,
    coalesce(list(DISTINCT agency ORDER BY agency) FILTER (agency IS NOT NULL), []) AS agencies,
    coalesce(list(DISTINCT credited_source_id ORDER BY credited_source_id) FILTER (credited_source_id IS NOT NULL), [])
      AS credited_source_ids
  FROM source_credits
  GROUP BY article_id
) c ON c.article_id = m.article_id;

COMMENT ON VIEW story_articles IS 'One article of a story: the same text in at least two articles, in the order in which they came out.';
COMMENT ON COLUMN story_articles.story_id IS 'The story: the article_id of its first article.';
COMMENT ON COLUMN story_articles.position IS 'Place in the order in which the story came out, from 1.';
COMMENT ON COLUMN story_articles.article_id IS 'The article.';
COMMENT ON COLUMN story_articles.source_id IS 'The outlet.';
COMMENT ON COLUMN story_articles.source_name IS 'Its name.';
COMMENT ON COLUMN story_articles.source_kind IS 'newspaper, portal, broadcaster ...: see sources.kind.';
COMMENT ON COLUMN story_articles.province_old IS 'Province of the outlet among the 63 before 2025-07-01; NULL for national ones.';
COMMENT ON COLUMN story_articles.province_new IS 'Province of the outlet among the 34 since.';
COMMENT ON COLUMN story_articles.moment IS 'When it was out at the latest: publication where its time of day is known, else the first capture or the end of its day.';
COMMENT ON COLUMN story_articles.exact IS 'Whether moment is a publication with its time of day; use only such rows for delays by the hour.';
COMMENT ON COLUMN story_articles.delay_hours IS 'Hours after the first article of the story.';
COMMENT ON COLUMN story_articles.nearest_id IS 'The earlier article that is most like it; NULL for the first.';
COMMENT ON COLUMN story_articles.nearest_source_id IS 'The outlet of that one.';
COMMENT ON COLUMN story_articles.jaccard IS 'Likeness to that one: common shingles of four syllables, of all of both, 0 to 1.';
COMMENT ON COLUMN story_articles.contained IS 'Share of the shorter text that stands in the longer one, 0 to 1.';
COMMENT ON COLUMN story_articles.agencies IS 'Wire services that it credits, each under one name; NULL where nobody is credited.';
COMMENT ON COLUMN story_articles.credited_source_ids IS 'Outlets of the registry that it credits; NULL where nobody is credited.';
COMMENT ON COLUMN story_articles.credited_sources IS 'All that it credits, as printed.';
COMMENT ON COLUMN story_articles.credit IS 'Whom it credits: first (it is the first), agency, first outlet, other (somebody else), none.';
COMMENT ON COLUMN story_articles.title IS 'Headline.';
COMMENT ON COLUMN story_articles.url IS 'Address.';
COMMENT ON COLUMN story_articles.published_at IS 'Publication.';
COMMENT ON COLUMN story_articles.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN story_articles.section IS 'Section.';
COMMENT ON COLUMN story_articles.status IS 'live, missing, gone, unreachable or blocked.';

CREATE VIEW stories AS
SELECT
  story_id,
  count(*) AS articles,
  count(DISTINCT source_id) AS outlets,
  min_by(source_id, position) AS first_source_id,
  min_by(title, position) AS title,
  min(moment) AS first_at,
  max(moment) AS last_at,
  date_diff('second', min(moment), max(moment)) / 3600.0 AS span_hours,
  median(delay_hours) FILTER (position > 1) AS median_delay_hours,
  list_sort(list_distinct(flatten(list(coalesce(agencies, []))))) AS agencies,
  count(*) FILTER (credit = 'none') AS uncredited,
  bool_and(exact) AS exact
FROM story_articles
GROUP BY story_id;

COMMENT ON VIEW stories IS 'The same text in at least two articles: how far it went, who had it first, whom it is credited to.';
COMMENT ON COLUMN stories.story_id IS 'The article_id of its first article; changes when an earlier one is found.';
COMMENT ON COLUMN stories.articles IS 'Articles with this text.';
COMMENT ON COLUMN stories.outlets IS 'Outlets among them.';
COMMENT ON COLUMN stories.first_source_id IS 'The outlet of the first article.';
COMMENT ON COLUMN stories.title IS 'Headline of the first article.';
COMMENT ON COLUMN stories.first_at IS 'When the first article was out.';
COMMENT ON COLUMN stories.last_at IS 'When the last article was out.';
COMMENT ON COLUMN stories.span_hours IS 'Hours between the two.';
COMMENT ON COLUMN stories.median_delay_hours IS 'Median of the hours by which the others follow the first.';
COMMENT ON COLUMN stories.agencies IS 'Wire services that any of its articles credits.';
COMMENT ON COLUMN stories.uncredited IS 'Later articles that credit nobody.';
COMMENT ON COLUMN stories.exact IS 'Whether the time of day of every article is known.';

CREATE VIEW article_origins AS
SELECT
  a.article_id, a.source_id, a.published_date, a.section,
  CASE
    WHEN c.agency THEN 'agency'
    WHEN c.outlet THEN 'reprint'
    WHEN m.position > 1 AND m.source_id <> first.source_id THEN 'copied'
    ELSE 'own'
  END AS origin,
  m.story_id
FROM base.current_articles a
LEFT JOIN (
  SELECT article_id, bool_or(kind = 'agency') AS agency, bool_or(kind = 'outlet') AS outlet
  FROM source_credits
  GROUP BY article_id
) c ON c.article_id = a.article_id
LEFT JOIN story_members m ON m.article_id = a.article_id
LEFT JOIN story_members first ON first.story_id = m.story_id AND first.position = 1;

COMMENT ON VIEW article_origins IS 'Where the text of an article comes from, as far as its credits and its copies tell.';
COMMENT ON COLUMN article_origins.article_id IS 'The article.';
COMMENT ON COLUMN article_origins.source_id IS 'The outlet.';
COMMENT ON COLUMN article_origins.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN article_origins.section IS 'Section.';
COMMENT ON COLUMN article_origins.origin IS 'agency: credited to a wire service; reprint: credited to another outlet; copied: another outlet had the text before and nobody is credited; own: none of these.';
COMMENT ON COLUMN article_origins.story_id IS 'The story that it belongs to; NULL where its text stands nowhere else.';
