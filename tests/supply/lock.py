"""Reads the lock: requirements.txt (what runs) and requirements-dev.txt (that, and the tools)."""

import re
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
RUN = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"


class Locked(NamedTuple):
    version: str
    here: bool  # whether its marker asks for it on this system
    hashes: tuple[str, ...]


def read(path: Path) -> dict[str, Locked]:
    """Each locked package by its canonical name (PEP 503). An entry is one logical line, which backslashes continue."""
    found = {}
    for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        wanted, *hashes = re.split(r"\s+--hash=", line.strip())
        requirement = Requirement(wanted)
        (pin,) = requirement.specifier
        here = requirement.marker is None or requirement.marker.evaluate()
        found[canonicalize_name(requirement.name)] = Locked(pin.version, here, tuple(hashes))
    return found
