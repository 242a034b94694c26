from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelines.decode
from pipelines.decode import (
    MAX_BYTES,
    convert_tcvn3,
    convert_vni,
    decode,
    looks_like_tcvn3,
    scheme_of_face,
    unescape,
)
from pipelines.decode.evidence import weigh
from pipelines.flags import FLAGS

TEXT = (
    "Sáng sớm, sương còn phủ kín triền đồi, chị Lường Thị Mẩy đã gùi hai bó củi xuống chợ phiên xã Nậm Khoong. Năm nay "
    "mưa đều, giống lúa mới trổ bông sớm hơn mọi năm nửa tháng; ủy ban xã dự tính năng suất đạt sáu tạ mỗi sào. Ở cuối "
    "bản, những đứa trẻ ngồi học quanh bếp lửa, tiếng ê a quyện vào tiếng suối chảy rì rầm dưới khe. Kỹ sư Đỗ Huy Nam "
    "nói: “Giữ được nước thì giữ được rừng”."
)
PAGE = "<html><head><title>{0}</title></head><body><p>{1}</p></body></html>"
PLAIN = TEXT.replace("“", '"').replace("”", '"')
LOWER = PLAIN.replace("Ở", "ở")  # TCVN3 has no capital for it

TABLE = [
    line.split(",")
    for line in Path(pipelines.decode.__file__).with_name("letters.csv").read_text(encoding="utf-8").splitlines()
    if not line.startswith(("#", "letter"))
]


def as_tcvn3(text: str) -> str:
    """The text as the fonts store it, shown in Latin-1; capitals with tones have no code there."""
    codes = {letter: chr(int(code, 16)) for letter, code, _, _ in TABLE if code != "-"}
    return "".join(codes.get(char, codes.get(char.lower(), char)) for char in text)


def as_vni(text: str) -> str:
    written = {letter: form for letter, _, _, form in TABLE}
    return "".join(written.get(char, char) for char in text)


def as_viscii(text: str) -> bytes:
    codes = {letter: int(code, 16) for letter, _, code, _ in TABLE}
    return bytes(codes.get(char, ord(char)) for char in text)


def as_cp1258(text: str) -> bytes:
    """Precomposed â, ă, ê, ô, ơ, ư and combining tones, as the code page wants it."""
    out = bytearray()
    for char in text:
        base, tone = char, ""
        if char.isalpha() and not char.isascii():
            marks = unicodedata.normalize("NFD", char)
            tone = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tone))
        out += base.encode("cp1258") + tone.encode("cp1258")
    return bytes(out)


def test_the_sample_is_vietnamese_and_its_encodings_are_not() -> None:
    assert weigh(TEXT).share == 1
    for wrong in (
        as_tcvn3(TEXT),
        as_vni(TEXT),
        TEXT.encode().decode("latin-1"),
        as_cp1258(TEXT).decode("cp1252", "replace"),
    ):
        assert weigh(wrong).share < 0.35


@pytest.mark.parametrize(
    ("payload", "header", "encoding", "flags"),
    [
        (TEXT.encode(), None, "utf-8", ()),
        (TEXT.encode(), "text/html; charset=ISO-8859-1", "utf-8", ("charset_mismatch",)),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=windows-1258", "utf-8", ()),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), None, "utf-16-le", ()),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, "utf-16-be", ()),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), None, "utf-32-le", ()),
        (as_cp1258(TEXT), "text/html; charset=windows-1258", "windows-1258", ()),
        (as_cp1258(TEXT), "text/html; charset=utf-8", "windows-1258", ("charset_mismatch",)),
        (as_cp1258(TEXT), None, "windows-1258", ("charset_undeclared",)),
        (as_viscii(PLAIN), None, "viscii", ("charset_undeclared",)),
        (b'<meta charset="windows-1258">' + as_cp1258(TEXT), None, "windows-1258", ()),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=x-viet-viscii">' + as_viscii(PLAIN),
            "",
            "viscii",
            (),
        ),
        (unicodedata.normalize("NFD", TEXT).encode(), "text/html; charset=utf-8", "utf-8", ("decomposed",)),
        (TEXT.replace("rừng", "r\x00ừng\x08").encode(), None, "utf-8", ("control_characters",)),
        (
            TEXT.replace("rừng", "r\x85ừ\x80ng\x93").encode().replace(b"\xc2\x85", b""),
            None,
            "utf-8",
            ("control_characters",),
        ),
        (TEXT.encode() + "ế".encode()[:2], None, "utf-8", ("truncated",)),
    ],
)
def test_every_encoding_gives_the_same_text(
    payload: bytes, header: str | None, encoding: str, flags: tuple[str, ...]
) -> None:
    found = decode(payload, header)
    text = found.text.partition(">")[2] or found.text
    assert text == (PLAIN if encoding == "viscii" else TEXT)
    assert (found.encoding, found.flags) == (encoding, flags)


def test_utf16_without_a_mark_is_known_by_its_zeros() -> None:
    page = PAGE.format("Tin", TEXT)
    for encoding in ("utf-16-le", "utf-16-be"):
        assert decode(page.encode(encoding)).text == page


def test_a_few_wrong_bytes_do_not_make_another_encoding() -> None:
    found = decode(TEXT.encode().replace(b"Huy", b"Huy\xff", 1) + TEXT.encode())
    assert found.encoding == "utf-8"
    assert found.flags == ("invalid_bytes",)
    assert found.text.count("\ufffd") == 1


def test_western_text_stays_western() -> None:
    french = "Le développement régional a été présenté à la mairie, où les élèves ont déjà répété la pièce de théâtre."
    assert decode(french.encode("cp1252")).text == french
    assert decode(french.encode("latin-1"), "text/html; charset=iso-8859-1").flags == ()
    assert decode(french.encode()).text == french


def test_another_script_as_declared() -> None:
    chinese = "越南北部山区的茶园今年丰收"
    found = decode(chinese.encode("gb18030"), "text/html; charset=gb2312")
    assert decode(chinese.encode("gb18030"), "text/html; charset=gb18030").text == chinese
    assert found.text == chinese


# --- fonts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "capitals", "text"),
    [
        ("Th¸i Nguyªn", False, "Thái Nguyên"),
        ("Uû ban nh©n d©n tØnh", False, "Uỷ ban nhân dân tỉnh"),
        ("héi ®ång nh©n d©n", True, "HỘI ĐỒNG NHÂN DÂN"),
        ("THµNH PHè §µ N½ng", False, "THÀNH PHỐ Đà Nẵng"),
        ("tr\u2212êng häc, \u22125 ®é", False, "trường học, \u22125 độ"),
        ("32°C, 5 m² «", False, "32°C, 5 m² ô"),
    ],
)
def test_tcvn3(written: str, capitals: bool, text: str) -> None:
    assert convert_tcvn3(written, capitals) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Thaùi Nguyeân", "Thái Nguyên"),
        ("UÛy ban nhaân daân tænh", "Ủy ban nhân dân tỉnh"),
        ("ÑAÏI HOÄI ñaûng boä", "ĐẠI HỘI đảng bộ"),
        ("Uùt, Aên", "Út, Ăn"),
    ],
)
def test_vni(written: str, text: str) -> None:
    assert convert_vni(written) == text


def test_every_letter_survives_both_tables() -> None:
    for letter, code, _, form in TABLE:
        assert convert_vni(form) == letter
        if code != "-":
            assert convert_tcvn3(chr(int(code, 16))) == letter


@pytest.mark.parametrize(
    ("face", "scheme"),
    [
        (".VnTime", "tcvn3"),
        (".VnTimeH", "tcvn3-capitals"),
        ("'.VnArial NarrowH'", "tcvn3-capitals"),
        ("VNI-Times", "vni"),
        ("Times New Roman", None),
        ("vnexpress", None),
    ],
)
def test_font_names(face: str, scheme: str | None) -> None:
    assert scheme_of_face(face) == scheme


def test_font_runs_inside_a_unicode_page() -> None:
    # entities below 256 are the same letters; the menu and the footer are Unicode
    entities = "".join(f"&#{ord(char)};" if 160 < ord(char) < 256 else char for char in as_tcvn3("Nậm Khoong vào vụ"))
    page = (
        f"<p>Trang nhất</p><font face='.VnTimeH'><b>{as_tcvn3('chợ phiên')}</b></font>"
        f'<p style="font-family:.VnTime, Arial">{as_tcvn3(LOWER)} <font face="Arial">Đúng rồi: quả</font></p>'
        f'<span style="font-family: &quot;.VnTime&quot;">{entities}</span>'
        f"<div><font face=VNI-Times>{as_vni('mùa gặt ở bản Khuổi đã đến rồi')}</font></div><p>hết</p>"
    )
    found = decode(page.encode(), "text/html; charset=utf-8")
    assert found.flags == ("legacy_font",)
    for text in (
        "<b>CHỢ PHIÊN</b>",
        ">" + LOWER,
        "Đúng rồi: quả",
        "Nậm Khoong vào vụ",
        "mùa gặt ở bản Khuổi đã đến rồi",
    ):
        assert text in found.text


def test_unicode_text_that_kept_an_old_font_is_left() -> None:
    page = f"<font face='.VnTime'>{TEXT}</font><p style='font-family:.VnTime'>Hà, bà, là, và, có, cà, má, ba</p>"
    assert decode(page.encode()).text == page
    assert decode(page.encode()).flags == ()


@pytest.mark.parametrize(("write", "encoding"), [(as_tcvn3, "tcvn3"), (as_vni, "vni")])
def test_a_whole_page_in_a_legacy_font(write: object, encoding: str) -> None:
    assert callable(write)
    page = PAGE.format(write("Giữ rừng"), write(LOWER)).replace(
        "<p>", f'<img alt="{write("đồi chè")}"><script>"ê¸"</script><p>'
    )
    found = decode(page.encode("cp1252"), "text/html; charset=iso-8859-1")
    assert found.encoding == encoding
    assert "legacy_font" in found.flags
    assert found.text == PAGE.format("Giữ rừng", LOWER).replace("<p>", '<img alt="đồi chè"><script>"ê¸"</script><p>')


def test_a_legacy_body_that_nothing_marks_inside_a_unicode_page() -> None:
    page = f"<ul><li>Trang chủ</li><li>Văn hóa</li></ul><div>{as_tcvn3(LOWER)}</div>"
    found = decode(page.encode())
    assert "Trang chủ" in found.text
    assert "chị Lường Thị Mẩy đã gùi hai bó củi" in found.text
    assert found.flags == ("legacy_font",)


def test_symbols_of_right_text_are_no_letters() -> None:
    page = f"<p>{TEXT}</p><p>© 2024 «Nậm Khoong» 5 m² 3µm ½ ® ª¸ ¬</p>"
    assert decode(page.encode()).text == page
    assert looks_like_tcvn3("UBND tØnh Phó Thä")
    assert not looks_like_tcvn3("© Báo và phát thanh, truyền hình ® 5 m²")
    assert not looks_like_tcvn3("Hà Nam")


# --- repairs ----------------------------------------------------------------------------------------------------------


def test_mojibake_is_put_right_and_flagged() -> None:
    misread = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in TEXT.encode())
    for page in (misread, PAGE.format("Tin", misread), TEXT + misread):
        found = decode(page.encode())
        assert found.text == page.replace(misread, TEXT)
        assert found.flags == ("mojibake",)


def test_cp1258_read_as_cp1252_is_put_right_and_flagged() -> None:
    misread = as_cp1258(PLAIN).decode("cp1252")
    found = decode(misread.encode())
    assert (found.text, found.flags) == (PLAIN, ("mojibake",))


@pytest.mark.parametrize(
    "text",
    [
        "XÃ NẬM KHOONG, THỊ TRẤN LÃNG, ĐÃ «á» và ‘à’",
        "Café «à la carte», Ã ©, Â°, 5 €",
        "một trang bình thường với â€ một lần",
    ],
)
def test_what_only_looks_like_mojibake_is_left(text: str) -> None:
    assert decode(text.encode()).text == text
    assert decode(text.encode()).flags == ()


def test_entities_escaped_twice() -> None:
    found = decode(b"<p>&amp;Ocirc;ng Nhi&amp;#7879;m &amp;amp;agrave; b&agrave; &amp;lt;b&amp;gt; a &lt; b</p>")
    assert found.text == "<p>&Ocirc;ng Nhi&#7879;m &agrave; b&agrave; &lt;b&gt; a &lt; b</p>"
    assert found.flags == ("double_escaped",)
    links = '<a href="?a=1&amp;copy=2&amp;lt;">x &amp; y &amp;quot;</a>'
    assert decode(links.encode()).text == links


def test_unescape_a_field() -> None:
    assert unescape("B&amp;agrave; con &amp; b&agrave;") == "Bà con & bà"
    assert unescape("&amp;amp;amp;agrave;") == "&amp;agrave;"
    assert unescape("không có") == "không có"


def test_look_alikes_become_d_in_vietnamese_only() -> None:
    found = decode("<p>\u00d0iện lực \u0189ông Sơn, &ETH;ội tuyển, đã \u00f0i</p>".encode())
    assert found.text == "<p>Điện lực Đông Sơn, Đội tuyển, đã đi</p>"
    assert found.flags == ("d_look_alike",)
    icelandic = "<p>\u00d0 og \u00f0 eru stafir, Sigur\u00f0sson, &ETH;</p>"
    assert decode(icelandic.encode()).text == icelandic


# --- bad input --------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=150).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.lists(
            st.sampled_from(
                [
                    b"<font face='.VnTime'>",
                    b"</font>",
                    b"<script",
                    b"<!--",
                    b"\xb8\xaa",
                    b"Th\xb8i ",
                    b"&#184;",
                    b"\x00",
                    "ế".encode(),
                    b"<p style=font-family:VNI-Times>",
                    b"ye\xe2n",
                    b"&amp;agrave;",
                    b"\xff\xfe",
                ]
            )
        ).map(b"".join),
    ),
    st.sampled_from(
        [
            None,
            "",
            "text/html; charset=utf-8",
            "text/html; charset=utf-7",
            "charset=rot13",
            "charset=viscii",
            "charset=\x00",
        ]
    ),
)
def test_never_raises(payload: bytes, header: str | None) -> None:
    found = decode(payload, header)
    assert set(found.flags) <= set(FLAGS)
    found.text.encode("utf-8")
    assert not any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f\x85" for char in found.text)


@pytest.mark.parametrize(
    "unit",
    [
        b"<",
        b"<script>",
        b"<!--",
        b"<font face='.VnTime'>Th\xb8i",
        b"VNI ",
        b"&amp;",
        b"\xb8",
        b"&#184;",
        b"a\xcc\x81",
        b"\xc3\xa1\xc2\xbb",
        b'<p title="\xb8',
    ],
    ids=repr,
)
def test_long_pages_are_linear(unit: bytes) -> None:
    assert decode(unit * (600_000 // len(unit))).encoding


def test_very_long_pages_are_cut() -> None:
    found = decode("ế".encode() * (MAX_BYTES // 3 + 10))
    assert found.flags == ("cut_at_limit",)
    assert len(found.text) == MAX_BYTES // 3
