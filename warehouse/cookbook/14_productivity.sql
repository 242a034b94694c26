-- question: How many articles, active days and sections has an author per month, and how often with others?
-- who: human resources, office
-- says: Spellings of one name are one person within an outlet; initials stay apart unless people.yaml states whose they are. Shares are of the written articles.
SELECT
  source_id, person, kind, month, articles, written, photographed, active_days, sections, round(share_joint, 3) AS joint
FROM productivity
ORDER BY month DESC, articles DESC, source_id, person
LIMIT 500;
