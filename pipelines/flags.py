"""Every flag a reading may carry, with its meaning; the reference in the docs is generated from here.

Belongs here: names and meanings, in one place, for every part that sets flags. Does not: the code that sets them.
A flag is never an error: it says what a careful reader would want to know about a value, or why there is none.
"""

from __future__ import annotations

from typing import Final

DATE_FLAGS: Final[dict[str, str]] = {
    # no value, and why
    "unreadable": "the text holds no date of a known form, or one that no calendar has (31/02); value NULL",
    "incomplete": "a day without its year, a month, a weekday or a clock without a day; value NULL",
    "ambiguous": "readable in more than one way (`14h` is an age or a time of day); value NULL",
    "several_dates": "several different dates and no label that names one as the publication; value NULL",
    "vague": "an age without a number (`vài ngày trước`, `tuần trước`); value NULL",
    "too_coarse": "an age in months or years, coarser than any precision of the archive; value NULL",
    "no_fetch_time": "an age, and the instant of the fetch is not known; value NULL",
    "clock_ahead": "a negative age, or a time later than the fetch: the server's clock is ahead; value NULL",
    "future": "more than a day after the fetch: a parse error or a scheduled post; value NULL, the raw text is kept",
    "implausible": "a year in which no news page was published (placeholders like 0001, 1900, 1970); value NULL",
    "not_publication": "a date or number, but not that of the publication; value NULL, a second flag says which kind",
    # what kind of line is not the publication (beside not_publication)
    "licence": "the date of a press licence",
    "document": "the date of a decision, decree or dispatch, or when one was signed or takes effect",
    "print": "the date of a print-out or of a printed issue",
    "life": "a date of birth or death, or an age",
    "deadline": "a limit (trước ngày, từ ngày, hạn nộp)",
    "event": "when something happens, not when it was published",
    "range": "one end of a range of days",
    "lunar": "a date of the lunar calendar",
    "live_clock": "the page's own clock or weather line, which changes at every fetch",
    "prose": "the date, or what stands in the author's place, is part of a sentence",
    "modified": "the label says when the text was changed, not when it was published",
    # what to know about a value
    "relative": "counted back from the instant of the fetch",
    "order_unproven": "day and month could be exchanged; read day first, for want of a proof for this host",
    "month_first": "month before day, proven by a part above 12 or by an English weekday",
    "weekday_mismatch": "the weekday on the line is not that of the date",
    "midnight_placeholder": "the clock shows midnight as many systems do for a bare day; precision day",
    "clock_unreadable": "the clock shows a time that no day has (25:61); precision day",
    "clock_contradiction": "an hour above 12 with AM or SA; read on the 24 hour clock",
    "clock_uncertain": "the hour runs on a 12 hour clock or another zone; precision day",
    "several_clocks": "two times of day for one date; precision day",
    "zone_utc": "the text says UTC (Z, GMT, +00:00), which on many pages stands on local time; taken at its word",
    "tz_mislabeled": "the machine-readable value is seven hours off the visible clock: wrong zone, visible clock kept",
    "witnesses_disagree": "the visible and the machine-readable date differ by more than a wrong zone explains",
    "from_url": "taken from the address: when the article was created, a lower bound of its publication",
    "month_only": "the address names a month only: a witness, never a publication; value NULL",
    "image_stamp": "the address of an image or file: the instant of its upload at best; value NULL",
}

DECODE_FLAGS: Final[dict[str, str]] = {
    "cut_at_limit": "the payload was longer than is read; what follows the limit is missing",
    "truncated": "the payload ends inside a letter",
    "invalid_bytes": "a few bytes are not of the page's encoding; they show as U+FFFD",
    "control_characters": "NULs or control characters were taken out",
    "charset_mismatch": "header or page declare another encoding than the bytes are in; the bytes win",
    "charset_undeclared": "no encoding was declared; found by evidence",
    "legacy_font": "text in TCVN3 or VNI, readable in its font only, was converted to Unicode",
    "mojibake": "letters misread in an earlier step (UTF-8 or windows-1258 as cp1252) were put right",
    "double_escaped": "entities were escaped twice (`&amp;agrave;`); one level was taken off",
    "decomposed": "letters and marks stood apart (NFD or windows-1258 style) and were composed",
    "d_look_alike": "U+00D0 or another look-alike stood for Đ",
}

BYLINE_FLAGS: Final[dict[str, str]] = {
    # why nobody is credited
    "collective": "signed by a collective (PV, Nhóm PV, Ban Biên tập): nobody in particular",
    "account": "a login or default of the content system (admin, Super User), no person",
    "own_outlet": "the page's own outlet stands in the author's place",
    "label": "the name of a section, a widget's text or an end mark, no person",
    "masthead": "who answers for the paper (Tổng Biên tập, Chịu trách nhiệm nội dung), not who wrote",
    "signature": "the signature of a document (KT. CHỦ TỊCH), not who wrote about it",
    "subject": "somebody whom the text is about (age, home or office behind the name), no author",
    "unknown_label": "names behind a label that is no credit (Chủ trì:, Trong ảnh:); left out",
    "provenance": "a picture was supplied or taken from somewhere (NVCC, tư liệu); nobody is named",
    "too_long": "longer than any byline; not read",
    # what to know about a credit
    "contributor": "marked as a contributor from outside the newsroom (CTV)",
    "reprint": "taken over from another outlet or agency (Theo, Nguồn)",
    "case_repaired": "a name in small letters or mixed case was given its capitals",
    "place_name": "the name is that of a province or region too; believed for its place",
    "unknown_abbreviation": "capitals that no list explains stand as a source",
    "cut_from_text": "the byline was glued to a sentence and was cut off",
}

PAGE_FLAGS: Final[dict[str, str]] = {
    "title_disagrees": "the displayed headline is not what the page's machine tags say",
    "modified_before_published": "the page says that it was changed before it was published",
    "library_text": "no region of text was found; the text is what trafilatura takes from the whole page",
    "bad_selector": "a selector of the source or family is outside the supported syntax and was passed over",
    "cut_off": "the page is longer or has more parts than is read; what follows the limit is missing",
}

FLAGS: Final[dict[str, str]] = {**DATE_FLAGS, **DECODE_FLAGS, **BYLINE_FLAGS, **PAGE_FLAGS}
"""Flag -> meaning."""
