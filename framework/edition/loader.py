"""Loads an edition from a folder of TOML files, checks every rule in it, and hashes it.

A broken file stops the start: :class:`EditionError` names the file, the key and the reason.
"""

import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from framework import loading
from framework.edition import checks
from framework.edition.model import Edition, EditionError

CONTENT = Path(__file__).parent.parent / "content"
DEFAULT = "england-2015"
HOLDS = {
    "edition": ("id", "title", "summary", "jurisdiction", "based_on", "note"),
    "sources": ("source",),
    "classification": ("level", "dimension", "unknown", "rule", "caution", "evidence"),
    "factors": ("domain", "factor"),
    "stages": ("stage", "panel_role", "panel_rules"),
    "research": ("message", "chapter"),
}
"""The files of an edition, and what stands in each."""
FILES = tuple(HOLDS)


def folder_of(edition: str | None = None) -> Path:
    """The folder of an edition: a built-in one by its name, or a path. None: $HOMEWARD_EDITION, else the default."""
    chosen = edition or os.environ.get("HOMEWARD_EDITION") or DEFAULT
    built_in = CONTENT / chosen
    return built_in if built_in.is_dir() else Path(chosen)


@lru_cache(maxsize=8)
def load(edition: str | None = None) -> Edition:
    """Load and check an edition. Raises EditionError naming the file, the key and the reason."""
    folder = folder_of(edition)
    if not folder.is_dir():
        raise EditionError(
            f"There is no edition folder at {folder}. Set HOMEWARD_EDITION to a folder that holds "
            f"{', '.join(f'{name}.toml' for name in FILES)}, or leave it unset for the built-in edition."
        )
    return parse({name: loading.read(folder / f"{name}.toml", EditionError) for name in FILES}, folder)


def parse(texts: dict[str, str], folder: Path = Path("."), *, checked: bool = False) -> Edition:
    """An edition from the text of its files (name without ending → text). Raises EditionError.

    `checked`: its rules were checked when it was first loaded, and a check that came later is not held against it.
    """
    merged: dict[str, Any] = {}
    for name in FILES:
        file = folder / f"{name}.toml"
        for key, value in loading.parse(texts[name], file, EditionError).items():
            if key not in HOLDS[name]:
                here = next((other for other, keys in HOLDS.items() if key in keys), None)
                reason = f"belongs in {here}.toml." if here else "is not a key that an edition has."
                raise EditionError(f"{file}: {key}: {reason}")
            merged[key] = value
    text = "".join(f"# ---- {name}.toml\n{texts[name]}\n" for name in FILES)
    merged |= {"hash": hashlib.sha256(text.encode()).hexdigest(), "text": text}

    def file_of(key: str) -> Path:
        return folder / next(f"{name}.toml" for name, keys in HOLDS.items() if key in keys)

    return loading.validate(Edition, merged, file_of, EditionError, loading.no_problems if checked else checks.problems)


def parse_stored(text: str) -> Edition:
    """An edition from :attr:`Edition.text`, as a meeting keeps it. Raises EditionError."""
    first = f"# ---- {FILES[0]}.toml\n"
    files = _files_of(text, len(first)) if text.startswith(first) else None
    if files is None:
        raise EditionError("The stored edition cannot be taken apart into its files.")
    return parse(files, checked=True)


def _files_of(text: str, start: int, names: tuple[str, ...] = FILES) -> dict[str, str] | None:
    """The files from `start` on, None if they cannot be told apart there.

    A comment or a long text may look like the line that parts two files. It parts them only where that leaves TOML on
    both sides that holds what its file may hold; where more than one place does, nothing but comments lies between.
    """
    name, *later = names
    if not later:
        last = text[start:].removesuffix("\n")
        return {name: last} if _may_be(name, last) else None
    for mark in re.compile(rf"^# ---- {later[0]}\.toml\n", re.MULTILINE).finditer(text, start + 1):
        file = text[start : mark.start() - 1]
        if _may_be(name, file) and (others := _files_of(text, mark.end(), tuple(later))) is not None:
            return {name: file, **others}
    return None


def _may_be(name: str, text: str) -> bool:
    try:
        return loading.parse(text, name, EditionError).keys() <= set(HOLDS[name])
    except EditionError:
        return False
