-- question: How far does one text of the news agency spread: outlets, hours, median delay?
-- who: agency desk
-- parameter: agency = TTXVN
-- says: Only stories in which at least one article credits the agency; delays count from the first article that the archive has.
SELECT first_at, outlets, articles, round(span_hours, 1) AS span_hours, round(median_delay_hours, 1) AS median_delay_hours, uncredited, title, story_id
FROM stories
WHERE list_contains(agencies, coalesce(getvariable('agency'), 'TTXVN'))
ORDER BY outlets DESC, first_at, story_id
LIMIT 100;
