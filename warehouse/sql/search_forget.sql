-- Takes the articles in `todo` out of the index. Their segments are named, so that only these are looked through.
CREATE OR REPLACE TEMP TABLE forgotten AS
SELECT d.doc, d.segment, NOT EXISTS (SELECT 1 FROM main.articles a WHERE a.article_id = d.article_id) AS gone
FROM main.search_documents d
SEMI JOIN todo USING (article_id);

-- Words that may have stood in a removed article alone: a redaction leaves nothing of the text.
CREATE OR REPLACE TEMP TABLE forgotten_words AS
SELECT DISTINCT c.key_id, c.form
FROM main.search_counts c
JOIN forgotten f ON c.segment = f.segment AND c.doc = f.doc
WHERE f.gone;

DELETE FROM main.search_postings USING forgotten f
WHERE search_postings.segment = f.segment AND search_postings.doc = f.doc;

DELETE FROM main.search_counts USING forgotten f
WHERE search_counts.segment = f.segment AND search_counts.doc = f.doc;

DELETE FROM main.search_documents WHERE doc IN (SELECT doc FROM forgotten);
