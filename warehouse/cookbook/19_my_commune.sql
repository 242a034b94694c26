-- question: Which articles mention my commune, under any of its former names?
-- who: commune office
-- parameter: commune = Phường Phan Đình Phùng
-- parameter: province = any province
-- says: The unit of today with all that it was merged from; `named` is what the article wrote about. Without its level word (Chợ Đồn) every unit of that name is meant.
SELECT published_date, source_id, title, named, relation, part, raw, url
FROM unit_articles
WHERE list_contains(
    list_transform(['', 'xã ', 'phường ', 'đặc khu '], lambda level: level || lower(coalesce(getvariable('commune'), 'Phường Phan Đình Phùng'))),
    lower(unit)
  )
  AND borders = '34'
  AND coalesce(province = getvariable('province'), true)
ORDER BY published_date DESC, url
LIMIT 500;
