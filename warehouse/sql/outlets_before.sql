-- What derivations know of the outlets in `staged`, before the registry is loaded again.
CREATE OR REPLACE TEMP VIEW outlets_told AS
SELECT s.source_id, s.name, s.names, s.province_old_code, s.province_new_code, list(h.host ORDER BY h.host) AS hosts
FROM main.sources s LEFT JOIN main.source_hosts h USING (source_id)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE outlets_before AS FROM outlets_told SEMI JOIN staged USING (source_id);
