-- Makes one segment, the first, of those in `merging`, without the texts that are dead.
CREATE OR REPLACE TEMP TABLE merged AS
SELECT key_id, next_id, form, next_form, doc, "position"
FROM main.search_postings
SEMI JOIN merging USING (segment)
ANTI JOIN main.search_dead USING (doc)
ORDER BY key_id, next_id, form, next_form, doc, "position";

DELETE FROM main.search_postings WHERE segment IN (SELECT segment FROM merging);

INSERT INTO main.search_postings
SELECT (SELECT min(segment) FROM merging), key_id, next_id, form, next_form, doc, "position" FROM merged;

CREATE OR REPLACE TEMP TABLE merged AS
SELECT key_id, form, doc, hits, in_title
FROM main.search_counts
SEMI JOIN merging USING (segment)
ANTI JOIN main.search_dead USING (doc)
ORDER BY key_id, form, doc;

DELETE FROM main.search_counts WHERE segment IN (SELECT segment FROM merging);

INSERT INTO main.search_counts
SELECT (SELECT min(segment) FROM merging), key_id, form, doc, hits, in_title FROM merged;

DELETE FROM main.search_dead WHERE segment IN (SELECT segment FROM merging);

UPDATE main.search_documents SET segment = (SELECT min(segment) FROM merging)
WHERE segment IN (SELECT segment FROM merging);

DROP TABLE merged;
