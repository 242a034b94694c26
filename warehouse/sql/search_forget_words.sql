-- Words of removed articles that stand nowhere else go from the list of words.
DELETE FROM main.search_words USING (
  SELECT key_id, form FROM forgotten_words
  EXCEPT
  SELECT p.key_id, p.form FROM main.search_postings p SEMI JOIN forgotten_words f ON p.key_id = f.key_id AND p.form = f.form
) gone
WHERE search_words.key_id = gone.key_id AND search_words.form = gone.form;
