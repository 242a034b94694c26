-- question: Whose photographs are shown: own, the agency's, from the internet, illustrations?
-- who: media studies
-- says: From the credits under the captions, or the byline's photographer where a caption has none; an illustration counts as one whatever its origin.
SELECT
  source_id, year(month) AS year, sum(photos)::BIGINT AS photos,
  round(sum(photos) FILTER (kind = 'none') / sum(photos), 3) AS without_credit,
  round(sum(photos) FILTER (kind = 'own') / sum(photos), 3) AS own,
  round(sum(photos) FILTER (kind = 'agency') / sum(photos), 3) AS agency,
  round(sum(photos) FILTER (kind = 'internet') / sum(photos), 3) AS internet,
  round(sum(photos) FILTER (kind = 'provided') / sum(photos), 3) AS provided,
  round(sum(illustrations) / sum(photos), 3) AS illustration
FROM photo_origins
GROUP BY ALL
ORDER BY source_id, year;
