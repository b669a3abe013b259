"""Protects: a small file that is made to cost much is refused with a sentence, in bounded memory and time, and read once."""

import io
import random
import zipfile

import openpyxl
import pytest

from framework import apart, workbooks
from framework.rollout import checklist, files
from pages.ui import app
from tests.test_pages import opened, record, whole

__all__ = ["record"]

NOTHING = "The file brings nothing that is not here already."
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
SHARED_TEXTS = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def workbook(sheet: bytes, texts: bytes = b"") -> bytes:
    """A workbook whose one sheet is this XML; `texts` is that of the texts which cells show by their number."""
    plain, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in made.infolist():
            content = sheet if part.filename.endswith("sheet1.xml") else made.read(part)
            archive.writestr(part.filename, content.replace(b"</Types>", SHARED_TEXTS if texts else b"</Types>"))
        if texts:
            archive.writestr("xl/sharedStrings.xml", texts)
    return out.getvalue()


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size_is_not_opened() -> None:
    bomb = workbook(SHEET + b"<row>" + b"<c/>" * 7_000_000 + b"</row>" + END)
    assert len(bomb) < 100_000
    with pytest.raises(files.NotARollout, match="more than 200 times its size"):
        files.read(bomb, "bomb.xlsx")


def noise(size: int) -> bytes:
    """What cannot be packed, so that the rest of a file does not look as if it were made to burst."""
    return b"<!--" + random.Random(17).randbytes(size).hex().encode() + b"-->"


def test_one_row_of_millions_of_cells_takes_no_more_than_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert apart.Bounds(seconds=10, megabytes=600) == files.BOUNDS
    monkeypatch.setattr(files, "BOUNDS", apart.Bounds(seconds=2, megabytes=300))  # to be reached sooner
    bomb = workbook(noise(120_000) + SHEET + b"<row>" + b"<c/>" * 6_000_000 + b"</row>" + END)
    with pytest.raises(files.NotARollout, match=r"It takes (longer than 2 seconds|more than 300 MB)"):
        files.read(bomb, "bomb.xlsx")


def test_many_cells_are_refused_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(workbooks.NotRead, match="more than 400,000 cells"):
        workbooks.read(b"," * 4_000_000, "a.csv")
    monkeypatch.setattr(workbooks, "CELLS_LIMIT", 40_000)  # ten times as many take ten times as long
    wide = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    with pytest.raises(workbooks.NotRead, match="more than 40,000 cells"):
        workbooks.read(workbook(noise(50_000) + SHEET + wide * 500 + END), "a.xlsx")


def test_many_rows_are_refused_while_they_are_read() -> None:
    with pytest.raises(workbooks.NotRead, match="more than 10,000 rows"):
        workbooks.read(workbook(SHEET + b'<row r="1048576"><c><v>1</v></c></row>' + END), "a.xlsx")
    with pytest.raises(workbooks.NotRead, match="more than 10,000 rows"):
        workbooks.read(b"a,b\n" * 10_002, "a.csv")


def test_a_long_text_that_forty_thousand_cells_show_is_refused() -> None:
    """A workbook holds it once, and so does what reads it; whoever then writes the cells down holds it forty thousand times."""
    one = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%b</t></si></sst>'
    rows = (b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>") * 400
    bomb = workbook(SHEET + rows + END, one % (b"x" * 900_000))
    assert len(bomb) < 20_000
    with pytest.raises(workbooks.NotRead, match="hold more than 20,000,000 characters"):
        workbooks.read(bomb, "a.xlsx")


def test_a_zip_file_with_a_damaged_part_is_refused_with_a_sentence() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Tasks.csv", "a,b\n" * 1000)
    damaged = bytearray(out.getvalue())
    at = damaged.index(b"Tasks.csv") + len(b"Tasks.csv")
    damaged[at : at + 4] = b"\xff" * 4
    with pytest.raises(workbooks.NotRead, match="damaged or locked"):
        workbooks.read(bytes(damaged), "a.zip")


def test_many_files_in_one_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(workbooks.ENTRIES_LIMIT + 1):
            archive.writestr(f"{number}.csv", "a,b\n")
    with pytest.raises(workbooks.NotRead, match="holds 201 files"):
        workbooks.read(out.getvalue(), "many.zip")


def test_a_full_workbook_of_ten_thousand_rows_is_read() -> None:
    book = openpyxl.Workbook()
    for _ in range(10_000):
        book.active.append(["T1.1", "1", "The same text again", "Doing", "Ann Example", "24/11/2026"])
    out = io.BytesIO()
    book.save(out)
    assert len(apart.run(workbooks.read, out.getvalue(), "full.xlsx", bounds=files.BOUNDS)["Sheet"]) == 10_000


def test_a_file_is_read_once_however_often_the_page_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, read = [], apart.run
    monkeypatch.setattr(apart, "run", lambda *args, **more: reads.append(args[0]) or read(*args, **more))
    page = opened("rollout", rollout="sample", view="away")
    page.text_input(key="rollout_name_given").input("Ann")
    next(one for one in page.button if one.label == "Start working").click()
    whole(page.run())
    content = files.tasks_csv(app.workspace().rollouts.view("sample"), checklist.load())
    page.file_uploader[0].set_value(("tasks.csv", content, "text/csv"))
    whole(page.run())
    assert [said.value for said in page.info] == [NOTHING]
    whole(page.run())
    assert [said.value for said in page.info] == [NOTHING]
    assert reads == [workbooks.read]
