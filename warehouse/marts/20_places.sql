CREATE VIEW places AS
SELECT
  p.article_id, p.source_id, a.published_date,
  p.unit_id, u.borders, u.code, u.level, u.type, u.name, u.full_name, u.valid_from, u.valid_to,
  parent.full_name AS parent,
  u.provinces_63, u.provinces_34,
  p.raw, p.fields, p.mentions, p.marked_old, p.first_word, p.evidence, p.confidence,
  a.title, a.url, a.section
FROM article_places p
JOIN place_units u USING (unit_id)
LEFT JOIN place_units parent ON parent.unit_id = u.parent_id
JOIN base.current_articles a USING (article_id)
WHERE p.confidence >= 0.5;

COMMENT ON VIEW places IS 'A province, district or commune that an article names. Links less sure than 0.5, and names that could be several units, are in article_places alone.';
COMMENT ON COLUMN places.article_id IS 'The article.';
COMMENT ON COLUMN places.source_id IS 'The outlet.';
COMMENT ON COLUMN places.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN places.unit_id IS 'The unit: borders and GSO code (place_units.unit_id).';
COMMENT ON COLUMN places.borders IS 'The borders by which it is named: 63 (to 2025-06-30), 34 (since), 64 (Hà Tây).';
COMMENT ON COLUMN places.code IS 'GSO code within these borders.';
COMMENT ON COLUMN places.level IS 'province, district or commune.';
COMMENT ON COLUMN places.type IS 'Tỉnh, Thành phố, Quận, Huyện, Thị xã, Xã, Phường, Thị trấn or Đặc khu.';
COMMENT ON COLUMN places.name IS 'Name without the type.';
COMMENT ON COLUMN places.full_name IS 'Type and name.';
COMMENT ON COLUMN places.valid_from IS 'First day of the unit; NULL where it is older than the lists.';
COMMENT ON COLUMN places.valid_to IS 'Last day of the unit; NULL where it is in force.';
COMMENT ON COLUMN places.parent IS 'The unit in which it lies.';
COMMENT ON COLUMN places.provinces_63 IS 'Codes of those of the 63 provinces whose land it covers.';
COMMENT ON COLUMN places.provinces_34 IS 'Codes of those of the 34 provinces whose land it covers.';
COMMENT ON COLUMN places.raw IS 'The first mention as written.';
COMMENT ON COLUMN places.fields IS 'Where it is named: title, lead, body, dateline, section.';
COMMENT ON COLUMN places.mentions IS 'How often.';
COMMENT ON COLUMN places.marked_old IS 'How often with cũ or trước đây.';
COMMENT ON COLUMN places.first_word IS 'Words before the first mention; NULL where only the section names it.';
COMMENT ON COLUMN places.evidence IS 'Why this unit: see article_places.evidence.';
COMMENT ON COLUMN places.confidence IS 'How sure the link is, 0.5 to 1.';
COMMENT ON COLUMN places.title IS 'Headline of the article.';
COMMENT ON COLUMN places.url IS 'Address of the article.';
COMMENT ON COLUMN places.section IS 'Section of the article.';

CREATE VIEW place_lineage AS
WITH RECURSIVE
before AS (
  SELECT new_id AS unit_id, old_id AS named_id, part FROM place_changes
  UNION ALL
  SELECT b.unit_id, c.old_id, b.part OR c.part FROM before b JOIN place_changes c ON c.new_id = b.named_id
),
after AS (
  SELECT old_id AS unit_id, new_id AS named_id, part FROM place_changes
  UNION ALL
  SELECT a.unit_id, c.new_id, a.part OR c.part FROM after a JOIN place_changes c ON c.old_id = a.named_id
),
linked AS (
  SELECT unit_id, unit_id AS named_id, 'itself' AS relation, false AS part FROM place_units
  UNION ALL
  SELECT unit_id, named_id, 'before', part FROM before
  UNION ALL
  SELECT unit_id, named_id, 'after', part FROM after
)
SELECT
  l.unit_id, u.level, u.full_name AS unit, u.borders, province.name AS province,
  l.named_id, n.full_name AS named, n.borders AS named_borders, above.full_name AS named_in, l.relation, l.part
FROM linked l
JOIN place_units u ON u.unit_id = l.unit_id
JOIN place_units n ON n.unit_id = l.named_id
LEFT JOIN place_units above ON above.unit_id = n.parent_id
LEFT JOIN place_units province ON province.unit_id = '34:' || u.provinces_34[1];

COMMENT ON VIEW place_lineage IS 'What a unit was made of and became: each unit with itself, with all before it and all after it, over every change of borders.';
COMMENT ON COLUMN place_lineage.unit_id IS 'The unit.';
COMMENT ON COLUMN place_lineage.level IS 'Its level.';
COMMENT ON COLUMN place_lineage.unit IS 'Its type and name.';
COMMENT ON COLUMN place_lineage.borders IS 'Its borders.';
COMMENT ON COLUMN place_lineage.province IS 'The province of today in which it lies: name among the 34.';
COMMENT ON COLUMN place_lineage.named_id IS 'The unit that it was or became, or itself.';
COMMENT ON COLUMN place_lineage.named IS 'Type and name of that one.';
COMMENT ON COLUMN place_lineage.named_borders IS 'Borders of that one.';
COMMENT ON COLUMN place_lineage.named_in IS 'The unit in which that one lies or lay.';
COMMENT ON COLUMN place_lineage.relation IS 'itself, before (it was made of that one) or after (it became that one).';
COMMENT ON COLUMN place_lineage.part IS 'Whether only a part of the older one is in the newer one, so that an article may mean the rest.';

CREATE VIEW unit_articles AS
SELECT
  l.unit_id, l.unit, l.province, l.level, l.borders,
  l.named_id, l.named, l.named_in, l.relation, l.part,
  p.article_id, p.source_id, a.published_date, a.title, a.url,
  p.raw, p.fields, p.mentions, p.confidence
FROM place_lineage l
JOIN article_places p ON p.unit_id = l.named_id
JOIN base.current_articles a USING (article_id)
WHERE p.confidence >= 0.5;

COMMENT ON VIEW unit_articles IS 'An article that names a unit under its present or any former or later name: ask by unit (type and name) and province (name among the 34), or by unit_id.';
COMMENT ON COLUMN unit_articles.unit_id IS 'The unit asked for.';
COMMENT ON COLUMN unit_articles.unit IS 'Its type and name.';
COMMENT ON COLUMN unit_articles.province IS 'The province of today in which it lies: name among the 34.';
COMMENT ON COLUMN unit_articles.level IS 'Its level.';
COMMENT ON COLUMN unit_articles.borders IS 'Its borders.';
COMMENT ON COLUMN unit_articles.named_id IS 'The unit that the article names.';
COMMENT ON COLUMN unit_articles.named IS 'Type and name of that one.';
COMMENT ON COLUMN unit_articles.named_in IS 'The unit in which that one lies or lay.';
COMMENT ON COLUMN unit_articles.relation IS 'itself, before or after: see place_lineage.';
COMMENT ON COLUMN unit_articles.part IS 'Whether only a part of the older unit is in the newer one, so that the article may mean the rest.';
COMMENT ON COLUMN unit_articles.article_id IS 'The article; once for each unit of the lineage that it names.';
COMMENT ON COLUMN unit_articles.source_id IS 'The outlet.';
COMMENT ON COLUMN unit_articles.published_date IS 'Day of publication in Vietnam.';
COMMENT ON COLUMN unit_articles.title IS 'Headline.';
COMMENT ON COLUMN unit_articles.url IS 'Address.';
COMMENT ON COLUMN unit_articles.raw IS 'The first mention as written.';
COMMENT ON COLUMN unit_articles.fields IS 'Where it is named.';
COMMENT ON COLUMN unit_articles.mentions IS 'How often.';
COMMENT ON COLUMN unit_articles.confidence IS 'How sure the link is, 0.5 to 1.';
