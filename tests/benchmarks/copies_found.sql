-- Pairs of different outlets within thirty days: how many are copies in truth, how many the stories hold, and how many are both.
CREATE OR REPLACE TEMP TABLE truth AS
SELECT a.article_id AS article_id, a.source_id, r.published_at AS at, t.text AS text
FROM articles a
JOIN versions v USING (version_id)
JOIN readings r ON r.capture_id = v.capture_id AND r.reader_version = v.reader_version
JOIN (SELECT article_id, min(text) AS text FROM labels GROUP BY article_id) t ON t.article_id = a.article_id;

CREATE OR REPLACE TEMP TABLE real_pairs AS
SELECT x.article_id AS one, y.article_id AS other
FROM truth x JOIN truth y ON x.text = y.text AND x.article_id < y.article_id AND x.source_id <> y.source_id
WHERE abs(date_diff('day', x.at, y.at)) <= 30;

CREATE OR REPLACE TEMP TABLE found_pairs AS
SELECT x.article_id AS one, y.article_id AS other
FROM story_members x JOIN story_members y
  ON x.story_id = y.story_id AND x.article_id < y.article_id AND x.source_id <> y.source_id;

SELECT
  (SELECT count(*) FROM real_pairs), (SELECT count(*) FROM found_pairs),
  (SELECT count(*) FROM real_pairs SEMI JOIN found_pairs USING (one, other));
