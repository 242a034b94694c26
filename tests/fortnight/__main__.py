"""`make fortnight`: runs the fortnight and prints its table; ends with code 1 where it is not as it must be."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from fortnight import plan as plans
from fortnight.services import with_own_mounts


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m fortnight", description=__doc__)
    parser.add_argument("--plan", type=Path, default=plans.HERE / "plan.yaml", help="another plan of that form")
    parser.add_argument("--folder", type=Path, help="leave logs and a copy of the data here")
    options = parser.parse_args()
    with_own_mounts("fortnight", sys.argv[1:])
    from fortnight.drive import run
    from fortnight.verdict import judge

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fortnight-", ignore_cleanup_errors=True) as temporary:
        base = (options.folder or Path(temporary)).resolve()
        record = run(plans.read(options.plan), base, lambda line: print(line, flush=True))
        if options.folder:  # the disk of the data folder goes with this process
            shutil.copytree(base / "data", base / "kept", dirs_exist_ok=True)
        verdict = judge(record)
    print(verdict.text())
    print(f"took {(time.monotonic() - began) / 60:.1f} minutes")
    return 0 if verdict.as_required else 1


if __name__ == "__main__":
    sys.exit(main())
