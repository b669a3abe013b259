"""The documents say what is so: their examples run, their links lead somewhere, and nothing they should name is missing."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from framework import edition
from framework.__main__ import COMMANDS
from framework.streams.store import Store
from tests.load import breaking

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGETS = ("help", "run", "test", "quick", "lint", "format", "bench", "screenshots", "lock", "sbom", "audit", "clean")


def run(command: str, *, database: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A line as somebody types it in the repository's folder, with the environment active."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "HOMEWARD_"))}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["DATABASE_URL"] = f"sqlite:///{database}" if database else "sqlite:///:memory:"
    return subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )


def name(document: Path) -> str:
    return str(document.relative_to(ROOT))


# ── Examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def examples() -> Iterator[Any]:
    """Every `$ command` in a console block of a document, with the output that is shown."""
    for document in DOCUMENTS:
        for block in re.findall(r"^```console\n(.*?)^```$", document.read_text("utf-8"), re.M | re.S):
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
                yield pytest.param(command, shown, id=f"{name(document)}: {command[:60]}")


def as_pattern(shown: str) -> str:
    """The output that is shown, where a line of its own with “…” stands for any lines."""
    return "".join(r"(?:.*\n)*?" if line == "…\n" else re.escape(line) for line in shown.splitlines(keepends=True))


@pytest.mark.parametrize(("command", "shown"), list(examples()))
def test_an_example_prints_what_the_document_shows(command: str, shown: str, tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/homeward.db").close()  # of which a backup can be taken
    command, shown = (text.replace("monday.db", f"{tmp_path}/monday.db") for text in (command, shown))
    done = run(command, database=tmp_path / "homeward.db")
    assert re.fullmatch(as_pattern(shown), done.stdout), done.stdout
    if shown.startswith(("{", "[")):
        assert done.returncode == 0
        json.loads(done.stdout)
    else:
        assert done.returncode == 2 and done.stdout.count("\n") == 1


def test_both_documents_have_examples() -> None:
    found = [example.id for example in examples()]
    assert any(i.startswith("README.md") for i in found) and any(i.startswith("docs/command-line.md") for i in found)


def test_the_assessment_to_put_in_is_one_that_is_taken(tmp_path: Path) -> None:
    text = (ROOT / "docs/command-line.md").read_text("utf-8")
    (block,) = re.findall(r"^```json\n(.*?)^```$", text, re.M | re.S)
    (tmp_path / "in.json").write_text(block)
    done = run(f"python -m framework classify {tmp_path / 'in.json'}")
    assert done.returncode == 0, done.stdout


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def links() -> Iterator[Any]:
    for document in DOCUMENTS:
        for target in re.findall(r"""(?:\]\(|src=")([^)"\s]+)""", document.read_text("utf-8")):
            if "://" not in target:
                yield pytest.param(document, target, id=f"{name(document)}: {target}")


@pytest.mark.parametrize(("document", "target"), list(links()))
def test_a_link_leads_to_something_that_is_there(document: Path, target: str) -> None:
    path = target.partition("#")[0]
    assert path, "write what it is, not a place on the same page"
    assert (document.parent / path).resolve().exists()


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    for document in (ROOT / "docs/decisions").glob("[0-9]*.md"):
        assert f"({document.name})" in listed


def test_every_file_that_a_document_names_is_there() -> None:
    for document in DOCUMENTS:
        for path in re.findall(r"`((?:framework|pages|tests|docs|sample_data)/[\w./-]*)`", document.read_text("utf-8")):
            assert (ROOT / path).exists(), f"{name(document)}: {path}"


# ── make ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target_and_lists_it(target: str) -> None:
    assert run(f"make --dry-run {target}").returncode == 0
    assert re.search(rf"^  make {target} ", run("make").stdout, re.M)


def test_every_make_command_in_the_readme_is_a_target() -> None:
    written = re.findall(r"(?<![\w-])make ([a-z][a-z-]+)", (ROOT / "README.md").read_text("utf-8"))
    assert {"run", "test", "lint", "bench", "screenshots"} <= set(written) <= set(TARGETS)


def test_the_table_of_faults_has_every_fault_that_is_tried_and_none_that_lost_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(document: Path) -> dict[str, list[str]]:
        table = document.read_text("utf-8").split("faults -->\n")[1].splitlines()[2:-1]
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
        return {one[0]: one[1:] for one in cells}

    there = rows(breaking.DOCUMENT)
    assert len(there) == len(breaking.FAULTS) and {one[1] for one in there.values()} == {"nothing"}
    copy = tmp_path / "reliability.md"
    copy.write_text(breaking.DOCUMENT.read_text("utf-8"))
    monkeypatch.setattr(breaking, "DOCUMENT", copy)
    measured = next(iter(there))
    breaking.write([breaking.Row(measured, 3, 2, 1.04, 7.06)])
    assert rows(copy) == {**there, measured: ["3", "2", "1.0 s", "7.1 s"]}


# ── Nothing left out ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described_with_its_options_and_its_example(command: str) -> None:
    described = (ROOT / "docs/command-line.md").read_text("utf-8")
    assert re.search(rf"^## `{command}\b", described, re.M)
    for option in COMMANDS[command].arguments:
        assert not option.startswith("--") or f"`{option}" in described, option
    assert f"$ python -m framework {COMMANDS[command].example}\n" in described  # and so it is tried, above
    shown = " ".join(run(f"python -m framework {command} --help").stdout.split())
    assert f"For example: python -m framework {COMMANDS[command].example}" in shown
    assert f" {command} {COMMANDS[command].help}" in " ".join(run("python -m framework --help").stdout.split())


def test_nothing_is_described_that_is_no_command() -> None:
    described = re.findall(r"^## `([\w-]+)", (ROOT / "docs/command-line.md").read_text("utf-8"), re.M)
    assert described == list(COMMANDS)


def test_every_field_of_the_command_line_is_described() -> None:
    described = (ROOT / "docs/command-line.md").read_text("utf-8")
    for command in (
        "factors",
        "classify docs/examples/assessment.json",
        "approval docs/examples/approval.json",
        "schedule docs/examples/schedule.json",
    ):
        found = fields(json.loads(run(f"python -m framework {command}").stdout))
        assert found, command
        for field in found:
            assert f"`{field}`" in described, f"{command}: {field}"


def fields(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(fields, value))
    if isinstance(value, dict):
        own = {key for key in value if key not in edition.load().levels}
        return own.union(*(fields(inner) for inner in value.values()))
    return set()


def test_every_file_and_key_of_an_edition_is_described() -> None:
    described = (ROOT / "docs/editions.md").read_text("utf-8")
    for file in edition.FILES:
        assert f"`{file}.toml`" in described
    parts = [part for part in vars(edition.model).values() if isinstance(part, type) and issubclass(part, BaseModel)]
    ours = [part for part in parts if part.__module__ == edition.Edition.__module__]
    keys = {field.alias or key for part in ours for key, field in part.model_fields.items()}
    for key in keys - {"hash", "text"}:  # computed, not written
        assert re.search(rf"[`\[.]{key}[`\].]", described), key
