-- The flags of each outlet's judged articles that have no date or a doubtful one, the most frequent first.
SELECT source_id, map(list(flag ORDER BY n DESC, flag), list(n ORDER BY n DESC, flag)) AS flags
FROM (
  SELECT source_id, flag, count(*) AS n
  FROM (
    SELECT r.source_id, unnest(r.flags) AS flag
    FROM recent r JOIN traits t ON t.article_id = r.article_id AND t.trait = 'suspect'
    WHERE r.judged AND (r.published_at IS NULL OR t.has)
  )
  GROUP BY ALL
)
GROUP BY source_id;
