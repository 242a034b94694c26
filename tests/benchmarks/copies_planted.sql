-- The copies of a generated archive: articles whose last paragraph stands in an earlier one. What the paper did to each
-- follows from its number: nothing more (the first paragraph is gone already), half of the paragraphs cut, or words touched up.
CREATE OR REPLACE TEMP TABLE copies AS
WITH told AS (
  SELECT a.native_id::INTEGER AS k, c.content_id, c.body
  FROM articles a JOIN versions v USING (version_id) JOIN contents c USING (content_id)
)
SELECT content_id, body, k % 3 AS change
FROM told
QUALIFY row_number() OVER (PARTITION BY body[-1] ORDER BY k) > 1;

UPDATE contents SET body = CASE copies.change
  WHEN 1 THEN copies.body[4:]
  ELSE list_transform(copies.body, lambda p: array_to_string(
    list_transform(string_split(p, ' '), lambda w, i: CASE WHEN hash(p, i) % 20 = 0 THEN 'nay' ELSE w END), ' '))
END
FROM copies WHERE copies.content_id = contents.content_id AND copies.change > 0;
