-- The next round: what shares a key with the addresses of the last one, what they point at, what points at them, and what
-- shared their article so far.
INSERT INTO todo
WITH
near AS (
  SELECT k.source_id, k.canonical_url
  FROM address_keys k SEMI JOIN own_keys USING (source_id, kind, key)
  WHERE k.kind IN ('native', 'canonical')
  UNION
  SELECT source_id, key FROM own_keys WHERE kind IN ('canonical', 'redirect')
  UNION
  SELECT k.source_id, k.canonical_url
  FROM address_keys k JOIN last_round t ON k.source_id = t.source_id AND k.key = t.canonical_url
  WHERE k.kind IN ('canonical', 'redirect')
  UNION
  SELECT source_id, canonical_url
  FROM addresses
  WHERE article_id IN (SELECT article_id FROM addresses SEMI JOIN last_round USING (source_id, canonical_url))
)
SELECT source_id, canonical_url, (SELECT max(round) + 1 FROM todo)
FROM near ANTI JOIN todo USING (source_id, canonical_url);
