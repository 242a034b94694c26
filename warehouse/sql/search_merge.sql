-- Makes one segment, the first, of those in `merging`.
CREATE OR REPLACE TEMP TABLE merged AS
SELECT key_id, doc, "position", form
FROM main.search_postings
SEMI JOIN merging USING (segment)
ORDER BY key_id, doc, "position";

DELETE FROM main.search_postings WHERE segment IN (SELECT segment FROM merging);

INSERT INTO main.search_postings
SELECT (SELECT min(segment) FROM merging), key_id, doc, "position", form FROM merged;

UPDATE main.search_documents SET segment = (SELECT min(segment) FROM merging)
WHERE segment IN (SELECT segment FROM merging);

DROP TABLE merged;
