-- One row for each article and trait that can be asked of it: whether the article has the trait.
-- $suspect: flags that make a date doubtful; $surnames: family names in small letters; $ahead_min: minutes that a publication
-- may lie after we saw the article.
CREATE OR REPLACE TEMP TABLE traits AS
WITH told AS (
  SELECT
    source_id, article_id, seen_day, judged, evidence,
    [
      {'trait': 'title', 'has': title IS NOT NULL},
      {'trait': 'authors', 'has': len(people) > 0},
      {'trait': 'lead', 'has': lead IS NOT NULL},
      {'trait': 'section', 'has': section IS NOT NULL},
      {'trait': 'captions', 'has': len(captions) > 0},
      {'trait': 'dated', 'has': published_at IS NOT NULL},
      {'trait': 'suspect', 'has': list_has_any(flags, $suspect)}
    ]
    || CASE WHEN page_kind = 'article' THEN [{'trait': 'body', 'has': has_text}] ELSE [] END
    || CASE WHEN language IS NOT NULL THEN [{'trait': 'vietnamese', 'has': language = 'vi'}] ELSE [] END
    || CASE
      WHEN len(people) > 0 THEN [{
        'trait': 'odd_byline',
        'has': len(list_filter(people, lambda p:
          NOT list_contains($surnames, lower(split_part(p.name, ' ', 1)))
          OR regexp_matches(p.name, '[0-9@/:|]') OR len(string_split(p.name, ' ')) NOT BETWEEN 2 AND 6
        )) > 0
      }]
      ELSE []
    END
    || CASE
      WHEN published_precision IN ('second', 'minute', 'hour') THEN [
        {'trait': 'ahead', 'has': published_at > first_seen + to_minutes($ahead_min::INTEGER)},
        {'trait': 'night', 'has': hour(published_at AT TIME ZONE 'Asia/Ho_Chi_Minh') < 5}
      ]
      ELSE []
    END
    || CASE
      WHEN same IS NOT NULL
        THEN [{'trait': 'twin', 'has': count(*) OVER (PARTITION BY source_id, same) > 1 AND same IS NOT NULL}]
      ELSE []
    END AS asked
  FROM recent
)
SELECT source_id, article_id, seen_day, judged, t.trait AS trait, t.has AS has
FROM (SELECT source_id, article_id, seen_day, judged, unnest(asked) AS t FROM told);
