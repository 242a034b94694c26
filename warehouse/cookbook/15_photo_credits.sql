-- question: Whose photographs are shown: own, the agency's, from the internet, illustrations?
-- who: media studies
-- says: From the credits under the captions; own is everything that names neither an agency nor a place on the internet.
WITH shown AS (
  SELECT source_id, published_date, unnest(captions).credit_raw AS credit FROM base.current_articles
)
SELECT
  source_id, year(published_date) AS year, count(*) AS photos,
  round(count(*) FILTER (credit IS NULL) / count(*), 3) AS without_credit,
  round(count(*) FILTER (regexp_matches(credit, 'TTXVN|TTX\b|AFP|Reuters|Getty', 'i')) / count(*), 3) AS agency,
  round(count(*) FILTER (regexp_matches(credit, 'internet|facebook|fanpage|nguồn:', 'i')) / count(*), 3) AS internet,
  round(count(*) FILTER (regexp_matches(credit, 'minh h[oọ]', 'i')) / count(*), 3) AS illustration
FROM shown
GROUP BY ALL
ORDER BY source_id, year;
