"""Serves the demo site for a look by hand: `python -m dagster_project.demo [--port N] [--step N]`.

Belongs here: the command line of the site alone. Does not: crawling it (`tintinh demo`).
"""

from __future__ import annotations

import argparse

from dagster_project.demo import SOURCE_IDS, STEPS, DemoOver, DemoSite


def main() -> None:
    """Serve until the end of input or Ctrl-C; Enter moves the site one step on."""
    parser = argparse.ArgumentParser(prog="python -m dagster_project.demo", description="The demo site, to look at.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--step", type=int, default=0, choices=range(STEPS), help="step to begin with (default: 0)")
    options = parser.parse_args()
    with DemoSite.serving(options.step, options.port) as site:
        for source_id in SOURCE_IDS:
            print(f"{source_id}: http://127.0.0.1:{site.port}/_site/{source_id}/")
        try:
            while True:
                input(f"step {site.step}; Enter for the next, Ctrl-C to stop ")
                try:
                    site.advance()
                except DemoOver as over:
                    print(over)
        except (EOFError, KeyboardInterrupt):
            print()


if __name__ == "__main__":
    main()
