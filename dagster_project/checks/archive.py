"""Whether the bytes that captures name are in the archive.

Belongs here: files of the archive against the captures of the published file. Does not: a whole look through every byte
(`scraper.archive.verify`).
"""

from __future__ import annotations

from pathlib import Path

from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Check, Finding, Look


def files_there(look: Look) -> Answer:
    """Fails where a WARC file that captures name is not there, or ends before a record that it should hold."""
    if look.archive is None:
        return Answer([], 0)
    rows = look.window.ask("warc_files")
    findings = []
    for row in rows:
        fault = _fault(look.archive, row["warc_file"], row["bytes"])
        if fault:
            findings.append(
                Finding(
                    row["source_id"],
                    f"{row['warc_file']} {fault}; {row['captures']} captures lie in it. Bring it back from"
                    " the backup: the"
                    " tables keep what was read, but it cannot be read again",
                    "error",
                    {"file": row["warc_file"], "captures": row["captures"]},
                )
            )
    return Answer(findings, len(rows))


def _fault(archive: Path, name: str, least: int) -> str | None:
    from scraper.archive import size_of

    try:
        size = size_of(archive, name)
    except OSError as error:
        return f"cannot be looked at ({error.strerror})"
    if size is None:
        return "is not there"
    return None if size >= least else f"is cut off: it has {size} bytes, and {least} are needed"


def bytes_good(look: Look) -> Answer:
    """Fails where a stored response cannot be read back, or is not what its digest says; another sample each day."""
    if look.archive is None:
        return Answer([], 0)
    from scraper.archive import PayloadReader, check_capture

    sample = look.window.stored_sample(thresholds.count("archive.sample"))
    findings = []
    with PayloadReader(look.archive) as reader:
        for capture in sample:
            fault = check_capture(reader, capture)
            # A file that is not there or too short is named by the other check.
            end = (capture.warc_offset or 0) + (capture.warc_length or 0)
            if fault and _fault(look.archive, str(capture.warc_file), end) is None:
                findings.append(
                    Finding(
                        capture.source_id,
                        f"{fault} ({capture.url}). The disk may be failing: bring the file back from the"
                        " backup, and have"
                        f" `scraper.archive.verify` look through all of {capture.source_id} (docs/archive.md)",
                        "error",
                        {"file": str(capture.warc_file), "offset": int(capture.warc_offset or 0)},
                    )
                )
    return Answer(findings, len(sample))


CHECKS = (
    Check("archive_files", "Every WARC file that captures name is there and long enough.", files_there),
    Check("archive_bytes", "A daily sample of stored responses reads back as its digest says.", bytes_good),
)
