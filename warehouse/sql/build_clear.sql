-- Takes out the rows that the build replaces.
DELETE FROM articles WHERE article_id IN (SELECT article_id FROM replaced);
DELETE FROM versions WHERE article_id IN (SELECT article_id FROM replaced);
DELETE FROM version_captures WHERE article_id IN (SELECT article_id FROM replaced);
DELETE FROM addresses USING todo t
WHERE addresses.source_id = t.source_id AND addresses.canonical_url = t.canonical_url;
DELETE FROM gaps USING todo t
WHERE gaps.source_id = t.source_id AND gaps.canonical_url = t.canonical_url;
