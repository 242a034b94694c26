-- How text falls into words. The index is written with these very macros (`warehouse.derived.search`).
CREATE MACRO search_split(txt) AS regexp_extract_all(lower(txt), '[\p{L}\p{M}\p{N}]+');

-- "thái", "thai" and "THÁI" have one key; the look-alikes of đ count as đ.
CREATE MACRO search_key(word) AS translate(strip_accents(lower(word)), 'đðɖ', 'ddd');

-- The word with its tone where the old spelling places it ("hoà" as "hòa"); never behind q ("quý").
CREATE MACRO search_spelling(word) AS CASE
  WHEN len(word) > 2 AND word[-3] = 'q' THEN word
  ELSE coalesce(word[:-3] || MAP {
    'oà': 'òa', 'oá': 'óa', 'oả': 'ỏa', 'oã': 'õa', 'oạ': 'ọa', 'oè': 'òe', 'oé': 'óe', 'oẻ': 'ỏe', 'oẽ': 'õe', 'oẹ': 'ọe',
    'uỳ': 'ùy', 'uý': 'úy', 'uỷ': 'ủy', 'uỹ': 'ũy', 'uỵ': 'ụy'
  }[word[-2:]], word)
END;
