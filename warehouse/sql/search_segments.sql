-- The segments of the index, with the texts that stand in them and those that are dead.
SELECT segment, count(*) AS texts, count_if(dead) AS dead
FROM (SELECT segment, false AS dead FROM main.search_documents UNION ALL SELECT segment, true FROM main.search_dead)
GROUP BY segment
ORDER BY segment;
