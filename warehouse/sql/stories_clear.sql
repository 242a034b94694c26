-- Takes out what was known of the articles in `todo`.
DELETE FROM story_signatures WHERE article_id IN (SELECT article_id FROM todo);

DELETE FROM story_links
WHERE one_id IN (SELECT article_id FROM todo) OR other_id IN (SELECT article_id FROM todo);
