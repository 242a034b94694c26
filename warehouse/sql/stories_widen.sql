-- Adds to `touched` what is linked with it.
INSERT INTO touched
WITH linked AS (
  SELECT other_id AS article_id FROM story_links WHERE one_id IN (SELECT article_id FROM touched)
  UNION
  SELECT one_id FROM story_links WHERE other_id IN (SELECT article_id FROM touched)
)
SELECT article_id FROM linked ANTI JOIN touched USING (article_id);
