-- Words of removed articles that stand nowhere else go from the list of words.
DELETE FROM main.search_words USING (
  SELECT key_id, form FROM forgotten_words
  EXCEPT
  SELECT c.key_id, c.form FROM main.search_counts c SEMI JOIN forgotten_words f ON c.key_id = f.key_id AND c.form = f.form
) gone
WHERE search_words.key_id = gone.key_id AND search_words.form = gone.form;
