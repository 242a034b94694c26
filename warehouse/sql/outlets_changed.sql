-- Notes the articles of outlets that are told otherwise than before, for the derivations that depend on it.
INSERT INTO underived (derivation, article_id)
SELECT d.name, a.article_id
FROM (
  SELECT source_id
  FROM (FROM outlets_told SEMI JOIN (SELECT source_id FROM outlets_before) known USING (source_id) EXCEPT FROM outlets_before)
) changed
JOIN articles a USING (source_id)
JOIN derivations d ON list_contains($derivations, d.name);
