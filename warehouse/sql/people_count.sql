-- Counts the authors in `touched` and `new_authors` anew; who has no article left goes.
INSERT INTO touched
SELECT DISTINCT author_id FROM new_authors WHERE author_id NOT IN (SELECT author_id FROM touched);

CREATE OR REPLACE TEMP TABLE known_keys AS
SELECT author_id, source_id, key, "full", initials FROM authors WHERE author_id IN (SELECT author_id FROM touched)
UNION
SELECT author_id, source_id, key, "full", initials FROM new_authors;

DELETE FROM author_names WHERE author_id IN (SELECT author_id FROM touched);

DELETE FROM authors WHERE author_id IN (SELECT author_id FROM touched);

INSERT INTO author_names BY NAME
SELECT
  author_id, name, max(kind) AS kind, count(DISTINCT article_id)::INTEGER AS articles,
  min(published_date) AS first_date, max(published_date) AS last_date
FROM article_authors
WHERE author_id IN (SELECT author_id FROM touched)
GROUP BY author_id, name;

INSERT INTO authors BY NAME
WITH chosen AS (
  SELECT
    author_id, first(name ORDER BY shouted, articles DESC, name) AS name,
    first(kind ORDER BY shouted, articles DESC, name) AS kind, count(*)::INTEGER AS spellings
  FROM (
    -- Capitals alone, or small letters alone, are how a page sets names, not how somebody is called.
    SELECT *, kind <> 'initials' AND name IN (upper(name), lower(name)) AS shouted FROM author_names
    WHERE author_id IN (SELECT author_id FROM touched)
  )
  GROUP BY author_id
),
counted AS (
  SELECT
    author_id, count(DISTINCT article_id)::INTEGER AS articles,
    min(published_date) AS first_date, max(published_date) AS last_date
  FROM article_authors
  WHERE author_id IN (SELECT author_id FROM touched)
  GROUP BY author_id
)
SELECT k.author_id, k.source_id, k.key, c.name, c.kind, k."full", k.initials, c.spellings, n.articles, n.first_date, n.last_date
FROM known_keys k
JOIN chosen c USING (author_id)
JOIN counted n USING (author_id);
