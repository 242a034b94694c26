-- Renews the keys by which the addresses in `todo` may belong to others; `readers` ranks the versions of the reader.
CREATE OR REPLACE TEMP TABLE own_keys AS
WITH
mine AS (
  SELECT source_id, canonical_url, capture_id, redirect_canonical
  FROM captures SEMI JOIN todo USING (source_id, canonical_url)
  WHERE purpose = 'article'
),
newest AS (
  SELECT m.source_id, m.canonical_url, r.native_id, r.page_canonical_url, r.page_kind
  FROM mine m
  JOIN readings r USING (capture_id)
  JOIN readers USING (reader_version)
  QUALIFY row_number() OVER (PARTITION BY m.capture_id ORDER BY readers.rank DESC) = 1
)
SELECT DISTINCT source_id, canonical_url, 'native' AS kind, native_id AS key
FROM newest
WHERE native_id IS NOT NULL AND page_kind IN ('article', 'gallery', 'video', 'multi-item', 'official')
UNION
SELECT source_id, canonical_url, 'canonical', page_canonical_url
FROM newest
WHERE page_canonical_url <> canonical_url AND page_kind IN ('article', 'gallery', 'video', 'multi-item', 'official')
UNION
SELECT source_id, canonical_url, 'redirect', redirect_canonical
FROM mine
WHERE redirect_canonical <> canonical_url;

-- A front page is the target of many redirects and joins nothing.
DELETE FROM own_keys WHERE kind <> 'native' AND regexp_full_match(key, 'https://[^/?]+/?');

DELETE FROM address_keys USING todo t
WHERE address_keys.source_id = t.source_id AND address_keys.canonical_url = t.canonical_url;

INSERT INTO address_keys BY NAME SELECT * FROM own_keys;
