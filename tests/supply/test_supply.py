"""What others wrote is pinned, hashed, licensed and looked up; what is installed is what the lock says."""

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.supply import audit, licences, lock

LOCKS = (lock.RUN, lock.DEV)
PROJECT = tomllib.loads((lock.ROOT / "pyproject.toml").read_text("utf-8"))
ASKED = {
    lock.RUN: PROJECT["project"]["dependencies"],
    lock.DEV: [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]],
}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_one_version_and_its_hashes(path: Path) -> None:
    packages = lock.read(path)
    assert len(packages) > len(ASKED[path])
    assert [name for name, package in packages.items() if not package.hashes] == []
    for package in packages.values():
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in package.hashes)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_the_lock_names_no_place(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "://" not in text and not re.search(r"^\s*-(?!-hash=)", text, re.M)
    assert re.findall(r"(?:^|\s)/\w+", text) == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_what_the_project_asks_for_is_locked_at_the_same_version(path: Path) -> None:
    packages = lock.read(path)
    for wanted in map(Requirement, ASKED[path]):
        assert str(wanted.specifier) == f"=={packages[canonicalize_name(wanted.name)].version}", wanted.name


def test_tests_run_with_what_runs() -> None:
    running, tools = (lock.read(path) for path in LOCKS)
    assert {name: tools.get(name) for name in running} == running


def test_what_is_installed_is_what_is_locked() -> None:
    wanted = {name: package.version for name, package in lock.read(lock.DEV).items() if package.here}
    installed = {canonicalize_name(found.name): found.version for found in importlib.metadata.distributions()}
    assert {name: installed.get(name) for name in wanted} == wanted, "Install anew: make clean, then make test"


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_all_that_a_locked_package_needs_is_locked(path: Path) -> None:
    packages = lock.read(path)
    extras = {canonicalize_name(wanted.name): wanted.extras for wanted in map(Requirement, ASKED[path])}
    missing = set()
    for name in (name for name, package in packages.items() if package.here):
        for text in importlib.metadata.requires(name) or []:
            needed = Requirement(text)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in ("", *extras.get(name, ()))
            ):
                other = packages.get(canonicalize_name(needed.name))
                if other is None or not needed.specifier.contains(other.version, prereleases=True):
                    missing.add(f"{name} needs {needed}")
    assert missing == set()


def test_the_lock_is_for_windows_too() -> None:
    """Markers stay in the lock: uvloop has no build for Windows, and pytest needs colorama there only."""
    text = lock.DEV.read_text("utf-8")
    assert re.search(r"^uvloop==\S+ ; sys_platform != 'win32'", text, re.M)
    assert re.search(r"^colorama==\S+ ; sys_platform == 'win32'", text, re.M)


# ── Licences ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_licences_is_that_of_what_is_installed() -> None:
    introduction, _, written = licences.DOCUMENT.read_text("utf-8").partition(licences.HEADING)
    assert written == licences.table(), "make lock writes it anew"
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in written.splitlines()[2:]]
    assert {canonicalize_name(name) for name, _, _ in rows} == {
        n for n, package in lock.read(lock.RUN).items() if package.here
    }
    for name, _, licence in rows:
        assert licence not in ("", "UNKNOWN"), name
        if re.search(r"GPL|MPL|EUPL|CDDL", licence) and not re.search(r" OR |;", licence):
            assert re.search(rf"\b{re.escape(name)}\b", introduction), f"{name} is under {licence}: say what that means"


# ── Known faults ─────────────────────────────────────────────────────────────────────────────────────────────────────


def advisory(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    span = {"type": "ECOSYSTEM", "events": list(events)}
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [span]}
    return {"id": f"PYSEC-{name}", "modified": "2026-11-01T00:00:00Z", "affected": [affected], **more}


@pytest.mark.parametrize(
    ("events", "version", "expected"),
    [
        ([{"introduced": "0"}], "1.0", "applies"),
        ([{"introduced": "0"}, {"fixed": "1.2"}], "1.1.9", "applies"),
        ([{"introduced": "0"}, {"fixed": "1.2"}], "1.2", None),
        ([{"introduced": "0"}, {"fixed": "1.10"}], "1.9", "applies"),
        ([{"introduced": "1.2"}], "1.2rc1", None),
        ([{"introduced": "1.0"}, {"last_affected": "1.2"}], "1.2", "applies"),
        ([{"introduced": "1.0"}, {"last_affected": "1.2"}], "1.2.1", None),
        ([{"fixed": "3.1"}, {"introduced": "3.0"}, {"fixed": "2.5"}, {"introduced": "2.0"}], "3.0.4", "applies"),
        ([{"introduced": "2.0"}, {"fixed": "2.5"}, {"introduced": "3.0"}, {"fixed": "3.1"}], "2.7", None),
        ([{"introduced": "0"}, {"fixed": "2004d-1"}], "1.0", "cannot be judged"),
    ],
)
def test_a_range_is_read_as_osv_defines_it(events: list[dict[str, str]], version: str, expected: str | None) -> None:
    assert audit.judged(advisory("Some_Package", *events), "some-package", version) == expected
    assert audit.judged(advisory("Some_Package", *events), "another", version) is None


def test_listed_versions_count_and_commits_do_not() -> None:
    listed = advisory("some-package")
    listed["affected"][0] |= {"versions": ["1.0"], "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}
    assert audit.judged(listed, "some-package", "1.0") == "applies"
    assert audit.judged(listed, "some-package", "1.1") is None


def looked_up(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.supply.audit", *map(str, arguments)]
    return subprocess.run(command, cwd=lock.ROOT, capture_output=True, text=True)


def test_a_fault_of_a_locked_package_is_named_and_is_no_success(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for number, found in enumerate(
            [
                advisory("Streamlit", {"introduced": "0"}, summary="A made-up fault"),
                advisory("streamlit", {"introduced": "0"}, withdrawn="2026-11-02T00:00:00Z", id="WITHDRAWN"),
                advisory("streamlit", {"introduced": "0"}, {"fixed": "0.1"}, id="OLD"),
                advisory("not-here", {"introduced": "0"}, id="OTHER"),
            ]
        ):
            packed.writestr(f"{number}.json", json.dumps(found))
    done = looked_up(tmp_path / "all.zip")
    version = lock.read(lock.RUN)["streamlit"].version
    first, last = done.stdout.splitlines()
    assert done.returncode == 1
    assert first == f"streamlit {version} (runs): PYSEC-Streamlit applies. A made-up fault"
    assert last.startswith("1 found.") and last.endswith(" 3 advisories, the newest of 2026-11-01.")


def test_nothing_found_is_a_success_that_says_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(advisory("not-here", {"introduced": "0"})))
    done = looked_up(tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"0 found. {len(lock.read(lock.DEV))} locked packages, 1 advisories")


@pytest.mark.parametrize(
    "content", [None, "", "{}", "[]", '{"affected": [{"package": {"ecosystem": "npm"}}]}', "PK\x03\x04"]
)
def test_without_a_list_nothing_passes_as_looked_up(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "all.zip").write_text(content)
    done = looked_up(tmp_path / "all.zip")
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert looked_up().returncode == 2
