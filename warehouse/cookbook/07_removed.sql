-- question: Which articles disappeared, and how many days after publication?
-- who: archive users
-- says: missing: not there on the last visit; gone: confirmed by three visits over three days or more.
SELECT source_id, status, published_date, missing_since, days_online, title, url
FROM deletions
ORDER BY missing_since DESC, url
LIMIT 200;
