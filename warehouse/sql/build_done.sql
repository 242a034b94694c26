-- The addresses in `todo` are built.
DELETE FROM unbuilt USING todo t
WHERE unbuilt.source_id = t.source_id AND unbuilt.canonical_url = t.canonical_url;
