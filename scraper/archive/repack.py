"""Bringing a WARC file into the one form that can be read by offset: gzip, one record a member.

Belongs here: files that are one gzip stream as a whole, zstd, lz4. Does not: files that are in form already, which are
copied as they are.
"""

from __future__ import annotations

from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator

from scraper.archive.scan import Loss
from scraper.archive.segment import GZIP_LEVEL


def repack(path: Path, target: Path) -> list[Loss]:
    """Writes all whole records of `path` to `target`, each with its own header lines and content; what was lost.

    Offsets of losses are those of the last whole record before, in bytes of content: a solid file has no others.
    """
    lost: list[Loss] = []
    read = 0
    with target.open("wb") as out:
        writer = GzipWriter(out, compression_level=GZIP_LEVEL)
        try:
            for record in ArchiveIterator(str(path), parse_http=False):
                length = int(record.content_length)
                content = record.reader.read()
                if len(content) < length:
                    lost.append(Loss(read, len(content), "cut off in the middle of a record"))
                    break
                version = record.headers.status_line or "WARC/1.0"
                lines = [version.encode("latin-1")]
                lines += [name + b": " + value for name, value in record.headers.items_bytes()]
                writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + content + b"\r\n\r\n")
                writer.finish()
                read += length
        except OSError as error:
            lost.append(Loss(read, 0, f"damaged: {error}"))
        writer.close()
    return lost
