"""Writes docs/licences.md anew below its introduction: `python -m tests.supply.licences`, which `make lock` does."""

import subprocess
import sys

from tests.supply import lock

DOCUMENT = lock.ROOT / "docs" / "licences.md"
HEADING = "## What runs\n\n"


def table() -> str:
    """A Markdown table of what the app runs with on this system: name, version, the licence that the package declares."""
    names = [name for name, package in lock.read(lock.RUN).items() if package.here]
    command = [sys.executable, "-m", "piplicenses", "--format=markdown", "--from=mixed", "--packages", *names]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() + "\n"


def main() -> None:
    introduction = DOCUMENT.read_text("utf-8").partition(HEADING)[0]
    DOCUMENT.write_text(introduction + HEADING + table(), "utf-8")


if __name__ == "__main__":
    main()
