"""Looks every locked package up in a list of known faults that was downloaded before: `make audit ADVISORIES=all.zip`.

The list is in OSV's format (https://ossf.github.io/osv-schema/): a zip file or a folder of JSON files, or one of them.
Exit status 0: none applies. 1: at least one does. 2: the list cannot be used, so nothing was looked up.
"""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.supply import lock

Advisory = dict[str, Any]


def advisories(path: Path) -> Iterator[Advisory]:
    """Those of PyPI that are not withdrawn."""
    for text in _texts(path):
        advisory = json.loads(text)
        if not advisory.get("withdrawn") and any(_is_pypi(affected) for affected in advisory.get("affected", [])):
            yield advisory


def _texts(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        yield from (file.read_bytes() for file in sorted(path.rglob("*.json")))
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in sorted(packed.namelist()) if name.endswith(".json"))
    else:
        yield path.read_bytes()


def _is_pypi(affected: dict[str, Any]) -> bool:
    return affected.get("package", {}).get("ecosystem") == "PyPI"


def judged(advisory: Advisory, name: str, version: str) -> str | None:
    """ "applies", or "cannot be judged" where a version in it is none (PEP 440); None if this version is not affected.

    Source: OSV schema, "Evaluation". A range of commits (GIT) is left out: its releases are listed under `versions`.
    """
    try:
        for affected in advisory["affected"]:
            if _is_pypi(affected) and canonicalize_name(affected["package"]["name"]) == name:
                spans = [span for span in affected.get("ranges", []) if span["type"] != "GIT"]
                if version in affected.get("versions", []) or any(_within(span, Version(version)) for span in spans):
                    return "applies"
    except InvalidVersion:
        return "cannot be judged"
    return None


def _within(span: dict[str, Any], version: Version) -> bool:
    # "0" is OSV's word for "before every release".
    events = [(Version("0.dev0" if at == "0" else at), what) for event in span["events"] for what, at in event.items()]
    inside = False
    for at, what in sorted(events):
        if what == "introduced" and version >= at:
            inside = True
        elif (what == "fixed" and version >= at) or (what == "last_affected" and version > at):
            inside = False
    return inside


def report(path: Path) -> tuple[list[str], int]:
    """What to print, and how many faults apply. Raises ValueError with a sentence if the list cannot be used."""
    locked, running = lock.read(lock.DEV), lock.read(lock.RUN)
    read, newest, found = 0, "", []
    try:
        for advisory in advisories(path):
            read += 1
            newest = max(newest, advisory.get("modified", ""))
            for name, package in locked.items():
                if verdict := judged(advisory, name, package.version):
                    use = "runs" if name in running else "tool"
                    found.append(
                        f"{name} {package.version} ({use}): {advisory['id']} {verdict}. {advisory.get('summary', '')}"
                    )
    except (OSError, KeyError, TypeError, AttributeError, ValueError, zipfile.BadZipFile) as broken:
        raise ValueError(f"{path} cannot be read as a list of OSV advisories ({broken!r}).") from broken
    if not read:
        raise ValueError(f"{path} holds no advisory about a package of PyPI.")
    said = f"{len(found)} found. {len(locked)} locked packages, {read} advisories, the newest of {newest[:10]}."
    return [*sorted(found), said], len(found)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(
            "Name a downloaded list: make audit ADVISORIES=all.zip (docs/security.md, Supply, says where to get it)",
            file=sys.stderr,
        )
        return 2
    try:
        lines, found = report(Path(arguments[0]))
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
