-- Pairs of an article in `todo` and any other within thirty days that share at least two bands; each pair once.
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT article_id, source_id, day, unnest(bands) AS key FROM story_signatures SEMI JOIN todo USING (article_id);

CREATE OR REPLACE TEMP TABLE around AS
SELECT s.article_id, s.source_id, s.day, s.moment, s.key
FROM (
  SELECT article_id, source_id, day, moment, unnest(bands) AS key
  FROM story_signatures
  WHERE day BETWEEN (SELECT min(day) FROM fresh) - 30 AND (SELECT max(day) FROM fresh) + 30
) s
SEMI JOIN fresh USING (key);

-- A text that stands in hundreds of articles (a standing notice) is compared with its two earliest holders only: all of
-- them hang together all the same, and the work does not grow with the square of their number.
CREATE OR REPLACE TEMP TABLE crowded AS
SELECT key FROM around GROUP BY key HAVING count(*) > 200;

DELETE FROM around
USING (
  SELECT article_id, key
  FROM around SEMI JOIN crowded USING (key)
  QUALIFY row_number() OVER (PARTITION BY key ORDER BY moment, article_id) > 2
) late
WHERE around.article_id = late.article_id AND around.key = late.key;

WITH shared AS (
  SELECT f.article_id AS one, a.article_id AS other, f.source_id = a.source_id AS same_outlet
  FROM fresh f JOIN around a ON f.key = a.key AND f.article_id <> a.article_id
  WHERE abs(date_diff('day', f.day, a.day)) <= 30
  GROUP BY ALL
  HAVING count(*) >= 2
)
SELECT one, other, same_outlet
FROM shared
WHERE one < other OR other NOT IN (SELECT article_id FROM fresh)
  -- A pair of two fresh ones may show from the side of the later id alone where a band is crowded.
  OR NOT EXISTS (SELECT 1 FROM shared s WHERE s.one = shared.other AND s.other = shared.one)
ORDER BY one, other;
