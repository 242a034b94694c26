-- The articles whose corrections in `staged` are not those of the tables.
CREATE OR REPLACE TEMP TABLE corrected AS
SELECT DISTINCT article_id
FROM (
  (FROM staged EXCEPT FROM corrections)
  UNION ALL
  (FROM corrections EXCEPT FROM staged)
);
