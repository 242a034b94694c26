-- How many articles and versions of one outlet were compared, and how many articles were left out.
SELECT
  (SELECT count(*) FROM again.articles WHERE source_id = $source AND article_id NOT IN (FROM verify_left)) AS articles,
  (SELECT count(*) FROM again.versions WHERE source_id = $source AND article_id NOT IN (FROM verify_left)) AS versions,
  (SELECT count(*) FROM articles WHERE source_id = $source AND article_id IN (FROM verify_left)) AS left_out;
