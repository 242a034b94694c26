-- Where the next reading has to look, so that its cost follows what came in. Until now it was found by looking at everything.

CREATE TABLE unread_addresses (
  "source_id" VARCHAR NOT NULL,
  "canonical_url" VARCHAR NOT NULL
);

-- Addresses with a page that nobody has read, and those whose pages, or those of the same article, were read by several
-- versions of the reader.
INSERT INTO unread_addresses
WITH looked AS (
  SELECT c.source_id, c.canonical_url, coalesce(a.article_id, c.canonical_url) AS whole, r.reader_version
  FROM captures c
  LEFT JOIN addresses a USING (source_id, canonical_url)
  LEFT JOIN (
    SELECT capture_id, max(reader_version) AS reader_version FROM readings GROUP BY capture_id
  ) r USING (capture_id)
  WHERE c.purpose = 'article' AND c.outcome = 'response' AND c.warc_file IS NOT NULL AND c.status BETWEEN 200 AND 299
),
left_over AS (
  SELECT source_id, whole
  FROM looked
  GROUP BY source_id, whole
  HAVING count(*) > count(reader_version) OR count(DISTINCT reader_version) > 1
)
SELECT DISTINCT l.source_id, l.canonical_url
FROM looked l SEMI JOIN left_over USING (source_id, whole);
