-- How many articles wait for each derivation.
SELECT d.name, count(DISTINCT u.article_id)
FROM derivations d LEFT JOIN underived u ON u.derivation = d.name
GROUP BY d.name
ORDER BY d.name;
