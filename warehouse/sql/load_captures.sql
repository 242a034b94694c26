-- Adds the staged captures that are not there yet (`fresh` holds them) and notes the addresses they touch: their own, and
-- those of captures that repeat the payload of one of them.
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT * FROM staged WHERE capture_id NOT IN (SELECT capture_id FROM captures);

INSERT INTO captures BY NAME SELECT * FROM fresh;

INSERT INTO sources (source_id, name, kind, enabled, demo, private, names, identity_params, article_patterns)
SELECT DISTINCT f.source_id, f.source_id, 'web', false, false, false, [], [], []
FROM fresh f
WHERE f.source_id NOT IN (SELECT source_id FROM sources);

INSERT INTO unbuilt (source_id, canonical_url)
SELECT source_id, canonical_url FROM fresh WHERE purpose = 'article'
UNION
SELECT c.source_id, c.canonical_url
FROM captures c
WHERE c.purpose = 'article' AND c.refers_to IN (SELECT capture_id FROM fresh);
