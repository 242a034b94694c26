CREATE VIEW credits AS
SELECT
  source_id, article_id, published_date,
  unnest(range(1, len(people) + 1)) AS position,
  unnest(people).name AS name,
  unnest(people).roles AS roles,
  unnest(people).kind AS kind,
  unnest(people).affiliation AS affiliation,
  unnest(people).raw AS raw,
  url, title
FROM base.current_articles;

COMMENT ON VIEW credits IS 'One person credited with an article in its latest version.';
COMMENT ON COLUMN credits.source_id IS 'The outlet.';
COMMENT ON COLUMN credits.article_id IS 'The article.';
COMMENT ON COLUMN credits.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN credits.position IS 'Place among the people of the article, from 1.';
COMMENT ON COLUMN credits.name IS 'Name, pen name or initials as credited.';
COMMENT ON COLUMN credits.roles IS 'text, photo, video, graphics, translation, compilation, record, edit.';
COMMENT ON COLUMN credits.kind IS 'person, pen-name or initials.';
COMMENT ON COLUMN credits.affiliation IS 'What stands in brackets after the name and is neither role nor source.';
COMMENT ON COLUMN credits.raw IS 'Text from which the credit was read.';
COMMENT ON COLUMN credits.url IS 'Address of the article.';
COMMENT ON COLUMN credits.title IS 'Headline of the article.';
