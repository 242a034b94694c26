-- question: Which articles changed headline or text after publication, how long after, and how much?
-- who: fact check
-- says: Edits are the paper's own: neither clocks, counters and related links nor a better reader make one. `tintinh history URL` shows the words.
SELECT source_id, published_at, edited_at, round(epoch(delay) / 3600, 1) AS hours_after, change_class, changed_fields, numbers_gone, numbers_come, title, url
FROM edits
WHERE list_has_any(changed_fields, ['title', 'lead', 'body'])
ORDER BY edited_at DESC, url
LIMIT 200;
