"""Protects: whatever somebody brings is used or refused in a sentence; nothing bursts, nothing hangs, and no row is lost in silence."""

import io
import resource
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.outcomes import answers, episodes, files
from framework.outcomes.files import Source
from framework.outcomes.tables import Unreadable
from tests.outcomes.made import HEADINGS, csv_of, read

GOOD = csv_of(
    [
        ("1", "01/05/2021", "S", "V2", "U6", "01/08/2021", "E4A"),
        ("1", "01/10/2021", "S", "V2", "U6", "", ""),
        ("2", "01/05/2021", "S", "V2", "U6", "01/09/2021", "E4B"),
    ]
)
ROOT = Path(__file__).parents[2]


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return out.getvalue()


def reason(data: bytes, name: str = "brought") -> str:
    """Why a file cannot be used."""
    with pytest.raises(Unreadable) as refused:
        read(Source(name, data))
    return str(refused.value)


def counts(*sources: Source) -> tuple[int, int]:
    found = answers.answer(read(*sources))
    return found.returns, found.reentries


# ── Files that are none ──────────────────────────────────────────────────────────────────────────────────────────────


def workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in GOOD.decode().splitlines():
        sheet.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOMB = zipped(**{"episodes.csv": b"\0" * 60_000_000})
BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blank lines": (b"\r\n \r\n", "empty"),
    "headings only": (HEADINGS.encode(), "no rows"),
    "a shopping list": (b"milk,eggs\n1,2\n", "no headings"),
    "another table": (b"CHILD,COLOUR\n1,red\n", "no headings"),
    "noise": (bytes(range(256)) * 40, "not a text file"),
    "a PDF": (b"%PDF-1.7 ...", "PDF"),
    "a table without ends": (b"CHILD,DECOM,LS\n1,01/05/2021,V2\n", "no column DEC"),
    "an encrypted workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "a damaged zip": (zipped(a=GOOD)[:60], "damaged"),
    "a zip bomb": (BOMB, "200 times"),
    "zips inside each other": (zipped(a=zipped(a=zipped(a=zipped(a=zipped(a=zipped(a=GOOD)))))), "deep"),
    "a path that climbs out": (zipped(**{"../../episodes.csv": GOOD}), "outside"),
    "an absolute path": (zipped(**{"/etc/episodes.csv": GOOD}), "outside"),
    "a Windows path that climbs out": (zipped(**{"..\\episodes.csv": GOOD}), "outside"),
    "a line of 1 MB": (GOOD + b"9," + b"x" * 1_000_000, "line 5"),
    "a heading of 1 MB": (b"x" * 1_000_000, "line 1"),
    "XML cut off": (b"<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID>", "stops or is broken"),
    "XML with entities": (b'<!DOCTYPE x [<!ENTITY a "b">]><EXPSSDA903>&a;</EXPSSDA903>', "DOCTYPE"),
    "other XML": (b"<?xml version='1.0'?><html></html>", "html"),
    "empty XML": (b"<EXPSSDA903></EXPSSDA903>", "no child"),
    "XML nested deeply": (b"<EXPSSDA903>" + b"<CHILD>" * 5000, "deep"),
    "XML of an unknown encoding": (b"<?xml version='1.0' encoding='klingon'?><EXPSSDA903/>", "encoding|broken"),
    "no row that can be used": (HEADINGS.encode() + b"\n1,,S,V2,N1,U6,PR1,,,,,,\n", "line 2"),
    "a workbook cut off": (workbook()[:-200], "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_in_a_sentence(name: str) -> None:
    data, words = BAD[name]
    said = reason(data)
    assert any(word in said for word in words.split("|")), said
    assert said.endswith((".", ")", ",", "…")) and "\n" not in said


@pytest.mark.parametrize("name", BAD)
def test_a_good_file_beside_it_is_used_all_the_same(name: str) -> None:
    assert counts(Source("2022/bad", BAD[name][0]), Source("2022/episodes.csv", GOOD)) == (2, 1)


def test_many_entries_are_counted_before_they_are_listed() -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 0, 0, 0)
    assert "2,000 entries" in reason(b"PK\x03\x04" + b"\0" * 100 + end)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as made:
        for number in range(2_001):
            made.writestr(f"{number}.csv", b"")
    assert "2,000 entries" in reason(many.getvalue())


def peak_of(data: bytes) -> int:
    """Bytes that reading takes at most, beside the file itself."""
    tracemalloc.start()
    try:
        reason(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_an_entry_that_lies_about_its_size_is_not_unpacked() -> None:
    with_lie = bytearray(zipped(episodes=b"0" * 50_000_000))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", with_lie, with_lie.find(mark) + place, 1_000)
    assert "damaged" in reason(bytes(with_lie))
    assert peak_of(bytes(with_lie)) < 5_000_000


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b",,,,,,,,,,,,\n", b" , ,\n"])
def test_lines_of_nothing_take_no_memory_each(line: bytes) -> None:
    assert peak_of(HEADINGS.encode() + b"\n" + line * 200_000) < 4 * 200_000 * len(line) + 5_000_000


def test_blank_lines_between_rows_change_no_line_number() -> None:
    bad = "3,31/02/2021,S,V2,N1,U6,PR1,,,,,,"
    found = read(Source("2022/a.csv", GOOD + b"\r\n\n \n,,,,\n\n" + bad.encode()))
    assert found.rows_used == 3 and [row.line for row in found.rejected] == [10]


def test_an_entry_with_a_password_is_named() -> None:
    data = bytearray(zipped(episodes=GOOD))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + place] |= 1
    assert "password" in reason(bytes(data))


def test_two_authorities_are_not_mixed() -> None:
    rows = [line + (",LA" if not number else f",A{number}") for number, line in enumerate(GOOD.decode().splitlines())]
    assert "3 authorities" in reason("\n".join(rows).encode())


def test_a_draft_and_the_final_return_of_one_year_are_not_mixed() -> None:
    draft = GOOD.replace(b"01/09/2021,E4B", b"02/09/2021,E4B")
    with pytest.raises(Unreadable, match="Two different returns of 2021-22"):
        read(Source("2022/draft.csv", draft), Source("2022/final.csv", GOOD))


def test_one_return_in_two_files_is_one_and_parts_of_it_go_together() -> None:
    assert counts(Source("2022/a.csv", GOOD), Source("2022/b.csv", GOOD)) == (2, 1)
    lines = GOOD.decode().splitlines(keepends=True)
    parts = ["".join(lines[:3]).encode(), "".join([lines[0], lines[3]]).encode()]
    assert counts(*(Source(f"2022/{number}.csv", part) for number, part in enumerate(parts))) == (2, 1)


# ── What else a file may be ──────────────────────────────────────────────────────────────────────────────────────────


def test_zip_in_zip_workbook_and_xml_hold_the_same() -> None:
    xml = (
        b"<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID><SEX>1</SEX><DOB>01/05/2010</DOB></HEADER>"
        b"<EPISODE><DECOM>01/05/2021</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N1</CIN><PL>U6</PL><DEC>01/08/2021</DEC><REC>E4A</REC></EPISODE>"
        b"<EPISODE><DECOM>01/10/2021</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N1</CIN><PL>U6</PL><DEC /><REC /></EPISODE></CHILD>"
        b"<CHILD><HEADER><CHILDID>2</CHILDID></HEADER>"
        b"<EPISODE><DECOM>01/05/2021</DECOM><RNE>S</RNE><LS>V2</LS><PL>U6</PL><DEC>01/09/2021</DEC><REC>E4B</REC></EPISODE></CHILD></EXPSSDA903>"
    )
    for data in (GOOD, zipped(a=zipped(b=GOOD)), workbook(), xml):
        assert counts(Source("2022/brought", data)) == (2, 1)


def test_headings_again_in_the_middle_are_no_row_and_are_named() -> None:
    lines = GOOD.decode().splitlines()
    found = read(Source("a.csv", "\n".join([*lines[:2], lines[0], *lines[2:]]).encode()))
    assert (found.rows_read, len(found.rejected)) == (3, 0)
    assert [(flag.line, flag.kind) for flag in found.flagged] == [(3, "headings_again")]


def test_other_headings_in_the_middle_hold_from_there() -> None:
    other = "CHILD,DEC,REC,DECOM,LS,RNE,PLACE\n3,01/07/2021,E4A,01/05/2021,V2,S,U6\n"
    assert counts(Source("2022/a.csv", GOOD + other.encode())) == (3, 1)


def test_a_quotation_mark_that_is_never_closed_takes_no_other_row_with_it() -> None:
    lines = GOOD.decode().splitlines()
    lines[1] = lines[1].replace(",PR1,", ',"PR1,')
    found = read(Source("a.csv", "\n".join(lines).encode()))
    assert (found.rows_read, found.rows_used) == (3, 2)
    assert [(row.line, "quotation" in row.reason) for row in found.rejected] == [(2, True)]


def test_a_note_with_line_breaks_is_one_row_and_lines_stay_those_of_the_file() -> None:
    lines = [
        f'{line},"{"NOTE" if not number else "one" + chr(10) + "two"}"'
        for number, line in enumerate(GOOD.decode().splitlines())
    ]
    lines.append("3,31/02/2021,S,V2,N1,U6,PR1,,,,,,,x")
    found = read(Source("a.csv", "\n".join(lines).encode()))
    assert (found.rows_used, [row.line for row in found.rejected]) == (3, [8])


def test_a_row_with_more_cells_than_headings_is_rejected() -> None:
    found = read(Source("a.csv", GOOD + b"3,01/05/2021,S,V2,N1,U6,PR1,,,,,,,,E4A\n"))
    assert [(row.line, row.reason) for row in found.rejected] == [(5, "15 cells where there are 13 headings")]


def test_the_year_is_taken_from_the_name_unless_a_date_is_later() -> None:
    assert read(Source("2023-24/episodes.csv", GOOD)).years == (2024,)
    assert read(Source("episodes_2021.csv", GOOD)).years == (2022,)
    assert read(Source("2022/episodes.csv", GOOD)).files[0].year_from == "name"


def test_the_page_may_say_the_year() -> None:
    found = episodes.read(files.find([Source("a.csv", GOOD)]), years={"a.csv": 2023})
    assert (found.years, found.files[0].year_from) == ((2023,), "given")


# ── On a disk ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_of_2_gb_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "episodes.csv"
    with file.open("wb") as made:
        made.truncate(2_000_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable, match="too large"):
        episodes.read(files.find(files.on_disk([str(file)])))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("name", ["a zip bomb", "XML with entities", "a line of 1 MB", "nothing"])
def test_the_command_line_says_it_in_one_line(name: str, tmp_path: Path) -> None:
    file = tmp_path / "brought"
    file.write_bytes(BAD[name][0])
    done = subprocess.run([sys.executable, "-m", "framework", "outcomes", str(file)], cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.decode().splitlines()) == 1 and b"Traceback" not in done.stderr


# ── Anything at all ──────────────────────────────────────────────────────────────────────────────────────────────────


def conserved(data: bytes, name: str = "2022/a.csv") -> None:
    try:
        found = read(Source(name, data))
    except Unreadable:
        return
    made = answers.as_json(found, answers.answer(found))
    assert made["rows_read"] == made["rows_used"] + made["rows_merged"] + len(made["rows_rejected"])
    assert made["rows_used"] == len(found.episodes) and made["reentries"] <= made["returns"]["total"]


@settings(max_examples=40)
@given(st.binary(max_size=400), st.integers(0, len(GOOD)))
def test_any_bytes_in_the_middle_of_a_file(piece: bytes, at: int) -> None:
    conserved(GOOD[:at] + piece + GOOD[at:])


@settings(max_examples=40)
@given(st.data())
def test_any_byte_of_a_workbook_a_zip_or_an_xml_file_may_be_another(data: st.DataObject) -> None:
    whole = bytearray(
        {"workbook": WORKBOOK, "zip": ZIP, "xml": XML}[data.draw(st.sampled_from(["workbook", "zip", "xml"]))]
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    conserved(bytes(whole), "2022/brought")


WORKBOOK, ZIP = workbook(), zipped(a=GOOD, b=GOOD[:100])
XML = b"<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID></HEADER><EPISODE><DECOM>01/05/2021</DECOM><LS>V2</LS></EPISODE></CHILD></EXPSSDA903>"
CELL = st.one_of(
    st.sampled_from(["1", "01", "2.0", "01/05/2021", "2021-05-10", "44326", "31/02/2021", "S", "P", "V2", "V3", "C2", "P1", "T1", "X1", "E4A", "E4B", '"', "", " ", "\u00a0"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.lists(CELL, min_size=1, max_size=14), max_size=12), st.sampled_from([",", ";", "\t"]))
def test_any_cells(rows: list[list[str]], separator: str) -> None:
    lines = [HEADINGS.replace(",", separator), *(separator.join(row) for row in rows)]
    conserved("\n".join(lines).encode())


def test_more_codes_than_two_bytes_can_number_are_kept_apart() -> None:
    rows = [f"{number},01/05/2021,S,V2,N{number},U6,PR1,,,,,," for number in range(40_000)]
    found = read(Source("2022/a.csv", "\n".join([HEADINGS, *rows]).encode()))
    words = found.words["CIN"].words()
    assert [words[number] for number in found.episodes.cin[[9, 39_999]].tolist()] == ["N9", "N39999"]
