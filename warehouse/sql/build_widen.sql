-- Adds to `todo` what shares a key with it, what it points at, what points at it, and what shared its article so far.
INSERT INTO todo
WITH
mine AS (SELECT k.* FROM address_keys k SEMI JOIN todo USING (source_id, canonical_url)),
near AS (
  SELECT k.source_id, k.canonical_url
  FROM address_keys k SEMI JOIN mine USING (source_id, kind, key)
  WHERE k.kind IN ('native', 'canonical')
  UNION
  SELECT source_id, key FROM mine WHERE kind IN ('canonical', 'redirect')
  UNION
  SELECT k.source_id, k.canonical_url
  FROM address_keys k JOIN todo t ON k.source_id = t.source_id AND k.key = t.canonical_url
  WHERE k.kind IN ('canonical', 'redirect')
  UNION
  SELECT source_id, canonical_url
  FROM addresses
  WHERE article_id IN (SELECT article_id FROM addresses SEMI JOIN todo USING (source_id, canonical_url))
)
SELECT * FROM near ANTI JOIN todo USING (source_id, canonical_url);
