"""Protects: facts come from the five documents that the product was built from, and no sentence of theirs does."""

import os
import re
import subprocess
from pathlib import Path

from tests import seeds, texts

# Titles of publications have to stand as they are.
TITLE = re.compile(r"^citation = .*$", re.MULTILINE)
TEXT = {".py", ".toml", ".md", ".typ", ".js", ".css", ".json", ".txt", ".yml", ".cfg", ".ini", ".sh", ""}
NOT_OURS = {"tests/browser/axe.min.js", "pages/static/fonts/OFL.txt", "LICENSE"}


def folder() -> Path:
    """Where the documents lie, if they are on this machine."""
    return Path(os.environ.get("HOMEWARD_SEEDS") or texts.ROOT.parent / "shared" / "seeds")


def files() -> list[Path]:
    """Every text file of the project: those that git knows, or all that are not hidden where there is no git."""
    known = subprocess.run(["git", "ls-files", "-z"], cwd=texts.ROOT, capture_output=True, text=True)
    names = known.stdout.split("\0") if known.returncode == 0 and known.stdout else _walked()
    found = [texts.ROOT / name for name in names if name and name not in NOT_OURS]
    return [path for path in found if path.suffix in TEXT and path.is_file()]


def _walked() -> list[str]:
    walked = (path.relative_to(texts.ROOT) for path in texts.ROOT.rglob("*") if path.is_file())
    return [p.as_posix() for p in walked if not any(part.startswith(".") or part == "data" for part in p.parts)]


def copied(text: str, from_documents: frozenset[bytes]) -> list[str]:
    return [run for run in seeds.runs(text) if seeds.digest(run) in from_documents]


def test_no_run_of_seven_words_stands_in_both_the_project_and_the_documents() -> None:
    known = seeds.stored()
    found = {}
    for path in files():
        if runs := copied(TITLE.sub("", path.read_text("utf-8")), known):
            found[path.relative_to(texts.ROOT).as_posix()] = runs
    # Once more as a reader has them: strings that the code puts together, and the Word templates.
    for said in texts.everything():
        if said.file.endswith((".py", ".docx")) and (runs := copied(said.text, known)):
            found[said.file] = runs
    assert found == {}


def test_a_copied_run_would_be_found() -> None:
    """The title of the checklist stands in the documents, and so do its words in another order of marks and lines."""
    title = re.search(r'"([^"]*How to implement the [^"]*)"', (texts.ROOT / SOURCES).read_text("utf-8"))
    assert title and copied(title[1], seeds.stored())
    assert copied(title[1].upper().replace(" ", "\n — "), seeds.stored())
    assert not copied(title[1].replace("implement", "begin").replace("checklist", "list"), seeds.stored())


SOURCES = "framework/content/england-2015/sources.toml"


def test_the_stored_hashes_are_sound_and_those_of_the_documents() -> None:
    data = seeds.HASHES.read_bytes()
    known = sorted(seeds.stored())
    assert len(data) % seeds.SIZE == 0 and b"".join(known) == data, "sorted, and each once"
    assert len(known) > 10_000
    here = seeds.of_folder(folder())
    assert here in (frozenset(), frozenset(known)), "write them anew: python -m tests.seeds FOLDER"
