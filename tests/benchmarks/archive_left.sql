-- Leaves all that was made to the program, which builds what follows from it.
INSERT INTO unbuilt (source_id, canonical_url) SELECT source_id, url FROM made;
