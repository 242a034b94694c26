"""The captions of an article, in order: those of pictures between headline and text, then those inside the text.

Belongs here: gathering them, and parting a byline from the end of one. Does not: telling captions from text (`body`),
reading one (`captions`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.page.blocks import Block
from pipelines.page.body import Parts, captions_between
from pipelines.page.captions import make_caption
from pipelines.page.context import Context
from pipelines.page.credits import split_glued
from pipelines.page.moments import is_date_line
from pipelines.records import Caption
from pipelines.text import search_key


def add_front_pictures(context: Context, parts: Parts, lead_blocks: Sequence[Block]) -> None:
    """Captions of pictures between headline and text; looked for only where a picture stands there."""
    if context.region is None or not context.has_picture_before_text:
        return
    between = context.around.between
    found = captions_between(between, lead_blocks, lambda text: is_date_line(text, context.fetched_at))
    found = [(block, src) for block, src in found if search_key(block.text) != search_key(context.title)]
    parts.captions[:0] = [[block] for block, _ in found]
    parts.caption_images[:0] = [src for _, src in found]
    parts.images[:0] = [src for _, src in found if src and src not in parts.images]


def read_captions(context: Context, parts: Parts) -> tuple[tuple[Caption, ...], list[tuple[str, str]]]:
    """The captions, and the bylines that stood at the end of one, with their place."""
    captions: dict[str, Caption] = {}
    glued: list[tuple[str, str]] = []
    for lines, image in zip(parts.captions, parts.caption_images, strict=True):
        caption = make_caption(lines, image)
        if caption is None:
            continue
        if not parts.bylines:
            cut = split_glued(context, caption.text, caption=True)
            if cut is not None:
                glued.append((cut[1], "end of a caption"))
                caption = Caption(cut[0], None, caption.image_url)
        if not re.fullmatch(r"\{\w+\}", caption.text):
            captions.setdefault(caption.text, caption)
    return tuple(captions.values()), glued
