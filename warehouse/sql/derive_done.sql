-- The articles in `todo` are derived.
DELETE FROM underived WHERE derivation = $derivation AND article_id IN (SELECT article_id FROM todo);
