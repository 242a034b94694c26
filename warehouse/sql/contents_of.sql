-- The contents with these ids, by the numbers of their rows (see told_of_todo).
SELECT *
FROM contents
WHERE rowid IN (SELECT c.rowid FROM contents c WHERE c.content_id IN (SELECT unnest($ids)));
