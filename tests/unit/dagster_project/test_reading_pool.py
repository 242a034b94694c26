from __future__ import annotations

import os
from pathlib import Path

from dagster_project.reading_pool import FEW, PageJob, read_all

PAGE = """<html><head><title>{0}</title></head><body><h1>{0}</h1>
<p>Sáng nay, xã vùng cao khởi công đoạn đường dài ba cây số nối hai bản; bà con góp đất và ngày công.</p>
<p>Công trình dự kiến xong trước mùa mưa năm sau, giúp học sinh đi lại an toàn hơn.</p></body></html>"""


class Deadly(type(Path())):  # type: ignore[misc]  # the platform's own Path class
    """A file that takes down the process reading it, as a bug in a C library would."""

    def read_bytes(self) -> bytes:
        os._exit(139)


def _jobs(folder: Path, count: int) -> list[PageJob]:
    jobs = []
    for number in range(count):
        path = folder / f"{number}.html"
        path.write_text(PAGE.format(f"Tin số {number}"), encoding="utf-8")
        jobs.append(PageJob(path.name, f"https://bao.example/tin-{number}.html", file=path))
    return jobs


def test_order_is_kept_and_a_missing_file_costs_itself_alone(tmp_path: Path) -> None:
    jobs = _jobs(tmp_path, FEW + 30)
    (tmp_path / "7.html").unlink()
    outcomes = list(read_all(iter(jobs), workers=2))
    assert [job.key for job, _ in outcomes] == [job.key for job in jobs]
    assert [job.key for job, reading in outcomes if reading.status != "ok"] == ["7.html"]
    assert outcomes[7][1].status == "payload-missing"
    assert outcomes[31][1].title == "Tin số 31"


def test_a_page_that_kills_its_process_costs_itself_alone(tmp_path: Path) -> None:
    jobs = _jobs(tmp_path, FEW + 20)
    jobs[15] = PageJob("deadly", "https://bao.example/tin-15.html", file=Deadly(tmp_path / "15.html"))
    outcomes = list(read_all(iter(jobs), workers=2))
    assert [job.key for job, _ in outcomes] == [job.key for job in jobs]
    assert {job.key: reading.status for job, reading in outcomes if reading.status != "ok"} == {
        "deadly": "reader-crashed"
    }
