"""Finding tables in what somebody brings: files, folders, and zip files inside each other.

Everything stays in memory; nothing is unpacked to a disk. Sizes are checked before anything is unpacked, so that a file made to
burst is refused at once.
"""

import io
import os
import stat
import struct
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from framework.outcomes import delimited, spreadsheet, xml_return
from framework.outcomes.tables import Found, Unreadable

MOST_BYTES = 400_000_000
"""Of one file, packed or not. The return of the whole of England over five years has about 100 million."""
MOST_TOGETHER = 1_000_000_000
MOST_SHEET_BYTES = 150_000_000
"""Of the parts of a workbook, whose reader needs several times as much."""
MOST_ENTRIES = 2_000
MOST_RATIO = 200
"""How many times its packed size a large entry may have. A return packs to about a tenth; XML to a fortieth."""
LARGE = 10_000_000
DEEPEST = 4
MOST_FILES = 5_000
_ENDINGS = (".csv", ".txt", ".tsv", ".xml", ".xlsx", ".xlsm", ".zip")
_ENCRYPTED_OR_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An OLE compound file: an encrypted workbook, or a workbook of before 2007."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A file, or a table in one, that was not used, and the sentence that says why."""

    file: str
    reason: str


@dataclass(slots=True)
class Finding:
    """All tables that were found, and all files that were not used."""

    tables: list[Found] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """A file in memory, with the name that it is shown by; of a file in a folder or a zip file, the way to it."""

    name: str
    data: bytes


def find(sources: Iterable[Source | Passed]) -> Finding:
    """The tables in these files. One that cannot be read stops no other."""
    finding = Finding()
    room = [MOST_TOGETHER]
    for source in sources:
        if isinstance(source, Passed):
            finding.passed.append(source)
        else:
            _one(source, finding, room, 0)
    return finding


def _one(source: Source, finding: Finding, room: list[int], depth: int) -> None:
    try:
        _read(source, finding, room, depth)
    except Unreadable as error:
        finding.passed.append(Passed(source.name, str(error).removeprefix(f"{source.name}: ")))


def _read(source: Source, finding: Finding, room: list[int], depth: int) -> None:
    name, data = source.name, source.data
    room[0] -= len(data)
    if len(data) > MOST_BYTES or room[0] < 0:
        raise Unreadable(
            f"{name}: {_too_large(len(data)) if len(data) > MOST_BYTES else 'there is too much together with the other files.'}"
        )
    if data.startswith(_ENCRYPTED_OR_OLD):
        raise Unreadable(
            f"{name}: this workbook is protected by a password, or was saved in the format of before 2007. Save it without one as .xlsx."
        )
    if data.startswith(b"%PDF"):
        raise Unreadable(f"{name}: this is a PDF. The returns are CSV, XML, zip or .xlsx files.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _zip(source, finding, room, depth)
        return
    start = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith((b"<?xml", b"<EXP", b"<exp", b"<!DOCTYPE", b"<!--")) or (
        start.startswith(b"<") and name.lower().endswith(".xml")
    ):
        finding.tables += xml_return.read(data, name)
    else:
        finding.tables += delimited.read(data, name)


# ── Zip files and workbooks ──────────────────────────────────────────────────────────────────────────────────────────


def _zip(source: Source, finding: Finding, room: list[int], depth: int) -> None:
    name = source.name
    if entries_of(source.data) > MOST_ENTRIES:
        raise Unreadable(f"{name}: this zip file has more than {MOST_ENTRIES:,} entries. A return has about a dozen.")
    try:
        packed = zipfile.ZipFile(io.BytesIO(source.data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Unreadable(f"{name}: this zip file is cut off or damaged. Make it again.") from None
    with packed:
        entries = [entry for entry in packed.infolist() if not entry.is_dir()]
        _refuse_bombs(entries, name, room[0])
        if any(entry.filename in ("xl/workbook.xml", "[Content_Types].xml") for entry in entries):
            if sum(entry.file_size for entry in entries) > MOST_SHEET_BYTES:
                raise Unreadable(
                    f"{name}: this workbook is too large to be read. Save its sheets as CSV, which are read much faster."
                )
            tables, passed = spreadsheet.read(source.data, name)
            finding.tables += tables
            finding.passed += [
                Passed(name, reason.removeprefix(f"{name} ").removeprefix(f"{name}: ")) for reason in passed
            ]
            return
        if depth >= DEEPEST:
            raise Unreadable(f"{name}: zip files stand inside each other more than {DEEPEST} deep.")
        for entry in entries:
            _entry(packed, entry, name, finding, room, depth)


def _entry(
    packed: zipfile.ZipFile, entry: zipfile.ZipInfo, outer: str, finding: Finding, room: list[int], depth: int
) -> None:
    name = f"{outer}/{entry.filename}"
    where = PurePosixPath(entry.filename.replace("\\", "/"))
    if where.is_absolute() or ".." in where.parts or ":" in where.parts[0]:
        finding.passed.append(Passed(name, "its name points outside the zip file, so it was not opened."))
        return
    if where.parts[0] == "__MACOSX" or where.name.startswith("."):
        return  # what macOS adds
    if reason := _not_ours(where.name):
        finding.passed.append(Passed(name, reason))
        return
    if entry.flag_bits & 1:
        finding.passed.append(
            Passed(name, "this entry is protected by a password. Make the zip file again without one.")
        )
        return
    try:
        # `ZipFile.read` unpacks all there is before it looks at the size that the entry gives for itself.
        with packed.open(entry) as opened:
            data = opened.read(entry.file_size)
    except (
        Exception
    ):  # zipfile raises whatever the unpacking raises: zlib.error, BadZipFile, EOFError, NotImplementedError …
        finding.passed.append(
            Passed(name, "this entry of the zip file is damaged or packed in a way that is not known here.")
        )
        return
    _one(Source(name, data), finding, room, depth + 1)


def entries_of(data: bytes) -> int:
    """How many entries a zip file says that it has, from its last record; 65,535 stands for that or more."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return int(struct.unpack_from("<H", data, at + 10)[0]) if 0 <= at <= len(data) - 22 else 0


def _refuse_bombs(entries: list[zipfile.ZipInfo], name: str, room: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"{name}: this zip file has more than {MOST_ENTRIES:,} entries. A return has about a dozen.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > room or any(entry.file_size > MOST_BYTES for entry in entries):
        raise Unreadable(f"{name}: unpacked, this zip file is too large ({unpacked / 1e6:,.0f} MB).")
    if any(entry.file_size > LARGE and entry.file_size > MOST_RATIO * max(entry.compress_size, 1) for entry in entries):
        raise Unreadable(
            f"{name}: something in this zip file unpacks to more than {MOST_RATIO} times its size, which no return does. It was not opened."
        )


def _not_ours(name: str) -> str:
    if name.lower().endswith(_ENDINGS) or "." not in name:
        return ""
    if name.lower().endswith((".xls", ".xlsb", ".ods", ".numbers")):
        return "workbooks are read as .xlsx. Save it as that."
    return "not a kind of file that holds a return (CSV, XML, zip, .xlsx)."


def _too_large(size: int) -> str:
    return f"the file is too large ({size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB can be read)."


# ── Files on this machine ────────────────────────────────────────────────────────────────────────────────────────────


def on_disk(paths: Iterable[str]) -> Iterator[Source | Passed]:
    """The files at these paths, and all in the folders among them, each read when it is asked for. Raises Unreadable."""
    for path in paths:
        if path == "-":
            with open(0, "rb", closefd=False) as opened:
                data = opened.read(MOST_BYTES + 1)
            yield Source("standard input", data)
            continue
        if not os.path.exists(path):
            raise Unreadable(f"{path}: there is no such file or folder.")
        if not os.path.isdir(path):
            # The folder a file stands in may give its year.
            yield _load(Path(path), str(path))
            continue
        inside = sorted(
            Path(folder) / name for folder, _, names in os.walk(path) for name in names if not name.startswith(".")
        )
        if len(inside) > MOST_FILES:
            raise Unreadable(
                f"{path}: this folder holds more than {MOST_FILES:,} files. Name the one with the returns."
            )
        for file in inside:
            reason = _not_ours(file.name)
            yield Passed(str(file), reason) if reason else _load(file, str(file))


def _load(file: Path, name: str) -> Source | Passed:
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):
            return Passed(name, "not a file that can be read.")
        if about.st_size > MOST_BYTES:
            return Passed(name, _too_large(about.st_size))
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        return Passed(name, f"cannot be read ({error.strerror}).")
    return Source(name, data)
