-- Takes every row of the texts in `purged` away, and the words that stood nowhere else.
CREATE OR REPLACE TEMP TABLE purged_words AS
SELECT DISTINCT c.key_id, c.form
FROM main.search_counts c
JOIN purged p ON c.segment = p.segment AND c.doc = p.doc;

DELETE FROM main.search_postings USING purged p
WHERE search_postings.segment = p.segment AND search_postings.doc = p.doc;

DELETE FROM main.search_counts USING purged p
WHERE search_counts.segment = p.segment AND search_counts.doc = p.doc;

DELETE FROM main.search_dead WHERE doc IN (SELECT doc FROM purged);

DELETE FROM main.search_words USING (
  SELECT key_id, form FROM purged_words
  EXCEPT
  SELECT c.key_id, c.form FROM main.search_counts c SEMI JOIN purged_words p ON c.key_id = p.key_id AND c.form = p.form
) gone
WHERE search_words.key_id = gone.key_id AND search_words.form = gone.form;
