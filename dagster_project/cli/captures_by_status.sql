-- Captures of each outlet by what the server said.
SELECT
    source_id AS source,
    count(*) AS captures,
    count(*) FILTER (status = 200) AS "200",
    count(*) FILTER (status BETWEEN 300 AND 399 AND status <> 304) AS moved,
    count(*) FILTER (status = 304) AS "not modified",
    count(*) FILTER (status IN (404, 410)) AS "not found",
    count(*) FILTER (status >= 500) AS "server error",
    count(*) FILTER (status IS NULL) AS "no answer"
FROM captures
GROUP BY ALL
ORDER BY ALL;
