-- Notes what the build replaced or made for every derivation: `replaced` holds the articles of before.
INSERT INTO underived (derivation, article_id)
SELECT d.name, changed.article_id
FROM (
  SELECT article_id FROM replaced
  UNION
  SELECT article_id FROM addresses SEMI JOIN todo USING (source_id, canonical_url) WHERE article_id IS NOT NULL
) changed
CROSS JOIN derivations d;
