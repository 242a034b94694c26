-- Makes room for other corrections and notes the articles in `corrected` for every derivation.
DELETE FROM corrections;

DELETE FROM corrected_articles;

DELETE FROM corrected_texts;

INSERT INTO underived (derivation, article_id)
SELECT d.name, c.article_id FROM corrected c CROSS JOIN derivations d;
