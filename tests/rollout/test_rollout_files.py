"""A roll-out as files: what goes out comes back the same, what cannot be taken is named, and nothing is half-taken."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from framework import rollout, workbooks
from framework.rollout import (
    Add,
    Change,
    Command,
    Comment,
    Happened,
    Rollout,
    SetStatus,
    Start,
    StateFact,
    StateOutcome,
    TickPart,
    checklist,
    decide,
    files,
    fold,
    sample,
)
from framework.streams.kind import Refused

LIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def do(state: Rollout, *commands: Command, by: str = "Priya") -> Rollout:
    for command in commands:
        state = fold([Happened(event, by, NOW) for event in decide(state, command, LIST, by, NOW)], state)
    return state


def fresh() -> Rollout:
    return do(Rollout(), Start("x", "Test"))


@pytest.fixture(scope="module")
def full() -> Rollout:
    return fold(sample.load(LIST, NOW))


def preview(state: Rollout, content: bytes, name: str = "file") -> files.Preview:
    return files.preview(state, files.recognised(workbooks.read(content, name), name), LIST, "Priya", NOW)


def brought_back(state: Rollout, content: bytes, into: Rollout) -> Rollout:
    planned = preview(into, content)
    assert not planned.rejected and not planned.ignored
    return do(into, planned.command)


# ── Out and in again ─────────────────────────────────────────────────────────────────────────────────────────────────

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",)) | st.sampled_from("=+-@';,\"\n\t| _x000D_<&>€é"),
    max_size=40,
)
day = st.dates(date(2000, 1, 1), date(2100, 12, 31)) | st.none()
task_ids = st.sampled_from([*LIST.tasks, "2.L1", "3.L2"])
members = st.sampled_from(["p1", "p2", ""])
commands = st.one_of(
    st.builds(Change, st.just("task"), task_ids, st.sampled_from(["notes", "title", "text"]), words),
    st.builds(Change, st.just("task"), task_ids, st.sampled_from(["start", "due"]), day),
    st.builds(Change, st.just("task"), task_ids, st.just("owner"), members),
    st.builds(
        Change, st.just("task"), task_ids, st.just("depends_on"), st.lists(task_ids, max_size=3, unique=True).map(tuple)
    ),
    st.builds(
        SetStatus, task_ids, st.sampled_from(["not_started", "under_way", "blocked", "done", "not_applicable"]), words
    ),
    st.builds(TickPart, st.sampled_from(["1.11", "1.12", "2.2"]), st.sampled_from("abcd"), st.booleans()),
    st.builds(lambda p, t, x: Add("task", {"phase": p, "title": t, "text": x}), st.integers(1, 3), words, words),
    st.builds(lambda t, w, d: Add("evidence", {"task": t, "what": w, "on": d}), task_ids, words, day),
    st.builds(
        lambda n, g, r: Add("member", {"name": n, "group": g, "roles": tuple(r)}),
        words,
        st.sampled_from(["strategic", "practice"]),
        st.lists(st.sampled_from(sorted(LIST.roles)), max_size=3, unique=True),
    ),
    st.builds(Change, st.just("member"), st.sampled_from(["p1", "p2"]), st.just("left"), day),
    st.builds(
        lambda a, d, p: Add("meeting", {"agenda": a, "on": d, "place": p}),
        st.sampled_from(sorted(LIST.agendas)),
        day,
        words,
    ),
    st.builds(Change, st.just("meeting"), st.just("m1"), st.just("points"), words),
    st.builds(lambda t, o, d: Add("action", {"text": t, "owner": o, "due": d}), words, members, day),
    st.builds(lambda d, w: Add("postcard", {"sender": "practice", "on": d, "requests": w}), day, words),
    st.builds(lambda n, w, o: Add("stakeholder", {"name": n, "needs": w, "owner": o}), words, words, members),
    st.builds(
        lambda g, s, b: Add("gap", {"gap": g, "service": s, "settled": b}),
        st.sampled_from(sorted(LIST.gaps)),
        words,
        st.booleans(),
    ),
    st.builds(
        lambda w, m: Add("check", {"what": "quality", "on": date(2026, 1, 5), "about": w, "missing": tuple(m)}),
        words,
        st.lists(st.sampled_from(sorted(LIST.components)), max_size=3, unique=True),
    ),
    st.builds(Comment, task_ids, words),
    st.builds(StateOutcome, st.sampled_from(sorted(LIST.outcomes)), words),
    st.builds(StateFact, st.sampled_from(sorted(LIST.facts)), words),
)


@st.composite
def rollouts(draw: st.DrawFn) -> Rollout:
    """Whatever people can bring a roll-out to: commands that are refused change nothing."""
    state = do(fresh(), Add("member", {"name": "Ada"}), Add("member", {"name": "Ben; the other, one"}))
    for command in draw(st.lists(commands, max_size=25)):
        try:
            state = do(state, command)
        except Refused:
            continue
    return state


# Not shrunk: a smaller roll-out takes minutes to find, and the commands in the report say enough.
@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(rollouts())
def test_export_and_import_give_the_same_state(state: Rollout) -> None:
    for content in (files.csv_zip(state, LIST), files.excel(state, LIST)):
        assert files.content(brought_back(state, content, fresh())) == files.content(state)
        again = preview(state, content)
        assert not again.changes and not again.rejected, "what is there already is no change"


def test_the_sample_comes_back_whole(full: Rollout) -> None:
    for content in (files.csv_zip(full, LIST), files.excel(full, LIST)):
        assert files.content(brought_back(full, content, fresh())) == files.content(full)
    assert not preview(full, files.tasks_csv(full, LIST)).changes


def test_a_formula_in_a_text_stays_a_text() -> None:
    state = do(fresh(), Change("task", "1.5", "notes", "=HYPERLINK(1)"), Change("task", "1.6", "notes", "'quoted"))
    notes = [row[-1] for row in csv.reader(io.StringIO(files.tasks_csv(state, LIST).decode("utf-8-sig")))]
    assert "'=HYPERLINK(1)" in notes and "''quoted" in notes
    book = openpyxl.load_workbook(io.BytesIO(files.excel(state, LIST)))
    cells = [cell for row in book["Tasks"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=HYPERLINK(1)" for cell in cells)


def test_excel_has_real_dates_and_task_numbers_that_a_spreadsheet_leaves_alone(full: Rollout) -> None:
    page = openpyxl.load_workbook(io.BytesIO(files.excel(full, LIST)))["Tasks"]
    heads = [cell.value for cell in page[1]]
    row = next(row for row in page.iter_rows(min_row=2) if row[0].value == "T1.10")
    assert row[heads.index("Due")].is_date


# ── What cannot be taken ─────────────────────────────────────────────────────────────────────────────────────────────


def edited(state: Rollout, *rows: dict[str, str], table: str = "Tasks") -> bytes:
    """A table as CSV with some cells changed, by number or id; a row of another one, or of none, is new."""
    content = zipfile.ZipFile(io.BytesIO(files.csv_zip(state, LIST))).read(f"{table}.csv").decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(content)))
    key = next(iter(csv.DictReader(io.StringIO(content)).fieldnames or ()))
    by_number = {row[key]: row for row in table}
    for change in rows:
        by_number.setdefault(change.get(key, ""), {}).update(change)
    out = io.StringIO()
    writer = csv.DictWriter(out, csv.DictReader(io.StringIO(content)).fieldnames or ())
    writer.writeheader()
    writer.writerows(by_number.values())
    return out.getvalue().encode()


def test_every_sheet_is_printed_one_page_wide_and_can_be_read() -> None:
    """A4 on its side with these margins has 11.1 inches; a column's width is in characters of some 7 pixels at 96 an inch."""
    state = do(Rollout(), Start("x", "Here & there &D"))
    for page in openpyxl.load_workbook(io.BytesIO(files.excel(state, LIST))):
        assert page.sheet_properties.pageSetUpPr.fitToPage and page.page_setup.paperSize == 9
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
        if page.title != "Read me":
            assert page.page_setup.orientation == "landscape" and page.print_title_rows == "$1:$1"
            footer = page.oddFooter
            assert footer.left.text == "Here && there &&D" and footer.right.text == "Page &P of &N"
            columns = page.column_dimensions.values()
            inches = sum((column.max - column.min + 1) * (column.width * 7 + 5) for column in columns) / 96
            assert 11.1 / inches > 0.55, f"{page.title}: 11 points are printed as less than 6"


def test_a_row_is_as_high_as_what_is_wrapped_in_it(full: Rollout) -> None:
    longer = do(
        full, Change("task", "2.9", "notes", "A word or two. " * 40), Change("task", "2.6", "notes", "1\n2\n3\n4\n5\n6")
    )
    page = openpyxl.load_workbook(io.BytesIO(files.excel(longer, LIST)))["Tasks"]
    heights = {page.cell(row, 1).value: page.row_dimensions[row].height for row in range(1, page.max_row + 1)}
    assert heights["Number"] in (None, 15) and heights["T2.6"] >= 90
    assert heights["T2.9"] >= 15 * 600 / 34
    huge = do(full, Change("task", "2.9", "notes", "x" * 4000))
    page = openpyxl.load_workbook(io.BytesIO(files.excel(huge, LIST)))["Tasks"]
    assert 400 < max(row.height or 15 for row in page.row_dimensions.values()) <= 409, "Excel's highest row"


def test_a_preview_names_every_change(full: Rollout) -> None:
    planned = preview(
        full, edited(full, {"Number": "T2.9", "Status": "Under way", "Due": "1/2/2027", "Owner": "Idris Pellow"})
    )
    assert [what for _, what in planned.changes] == [
        "2.9: Status: not started → under way",
        "2.9: Owner: Adaeze Whitlock → Idris Pellow",
        f"2.9: Due: {full.tasks['2.9'].due:%d/%m/%Y} → 01/02/2027",
    ]
    after = do(full, planned.command)
    assert (after.tasks["2.9"].status, after.tasks["2.9"].due) == ("under_way", date(2027, 2, 1))


def test_every_bad_row_is_named_and_nothing_is_taken(full: Rollout) -> None:
    planned = preview(
        full,
        edited(
            full,
            {"Number": "T2.9", "Due": "1/1/2001"},
            {"Number": "T2.10", "Owner": "Nobody Atall"},
            {"Number": "T2.11", "Due": "31/02/2027"},
            {"Number": "T2.3", "Depends on": "T2.10"},
            {"Number": "T2.12", "Task": "Reworded"},
            {"Number": "T2.6", "Status": "Finished"},
            {"Number": "T9.9", "Task": "Strange"},
            {"Number": "T3.1", "Status": "Not applicable"},
            {"Number": "T3.2", "Notes": "This one is good"},
        ),
    )
    told = "\n".join(f"{where}: {why}" for where, why in planned.rejected)
    assert "it would be due on 1 January 2001, before it starts" in told
    assert '"Nobody Atall" is not in the group' in told
    assert '"31/02/2027" is not a date such as 24/11/2026' in told
    assert "wait for itself" in told
    assert "The checklist's own title cannot be changed" in told
    assert '"Finished" is not one of: Not started' in told
    assert 'no task "9.9"' in told
    assert "say why it does not apply" in told
    assert all(where.startswith("Tasks, row ") for where, _ in planned.rejected)
    with pytest.raises(Refused):
        do(full, planned.command)


def test_a_number_that_stands_twice_is_named(full: Rollout) -> None:
    content = files.tasks_csv(full, LIST)
    line = next(line for line in content.splitlines(keepends=True) if line.startswith(b"T1.5,"))
    assert "1.5 stands in row" in preview(full, content + line).rejected[0][1]


def test_an_import_over_a_newer_change_is_told(full: Rollout) -> None:
    planned = preview(full, edited(full, {"Number": "T2.9", "Notes": "From the file"}))
    newer = do(full, Change("task", "2.9", "notes", "On the page"))
    with pytest.raises(Refused, match="Priya has changed the notes in the meantime"):
        do(newer, planned.command)


# ── Three ways: what the file was taken from, what it says, and how things stand now ─────────────────────────────────


def brought_in(taken: Rollout, now: Rollout, content: bytes, *chosen: str) -> tuple[files.Preview, Rollout]:
    """A file that Priya took from one state and brings into a later one: the preview, and the state after its import."""
    tables = files.read(content, "stale.csv")
    planned = files.preview(now, tables, LIST, "Priya", NOW, name="stale.csv", stood=lambda _: taken, chosen=chosen)
    assert not planned.rejected
    return planned, do(now, planned.command)


FIELDS: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "notes": ("Notes", st.sampled_from(["", "One", "Two"])),
    "owner": ("Owner", st.sampled_from(["", "p1", "p2"])),
    "due": ("Due", st.sampled_from([None, date(2027, 1, 4), date(2027, 2, 1)])),
}
field_changes = st.lists(
    st.one_of(
        *(st.tuples(st.sampled_from(["1.5", "1.6"]), st.just(name), values) for name, (_, values) in FIELDS.items())
    ),
    max_size=8,
)


@settings(max_examples=20)
@given(field_changes, field_changes, field_changes, st.booleans())
def test_a_stale_import_takes_its_own_changes_leaves_those_of_colleagues_and_names_what_both_changed(
    first: list[tuple[str, str, Any]],
    later: list[tuple[str, str, Any]],
    in_file: list[tuple[str, str, Any]],
    file_wins: bool,
) -> None:
    """For each field by what it held when the file was taken, what a colleague made of it, and what the file says."""
    taken = do(fresh(), Add("member", {"name": "Ada"}), Add("member", {"name": "Ben"}))
    taken = do(taken, *(Change("task", *one) for one in first))
    now = do(taken, *(Change("task", *one) for one in later), by="Tom")
    wanted = {(task, name): value for task, name, value in in_file}
    rows: dict[str, dict[str, str]] = {}
    for (task, name), value in wanted.items():
        cell = {"p1": "Ada", "p2": "Ben"}.get(value, value) if not isinstance(value, date) else f"{value:%d/%m/%Y}"
        rows.setdefault(task, {"Number": f"T{task}"})[FIELDS[name][0]] = cell or ""
    content = edited(taken, *rows.values())
    keys = [f"task|{task}|{name}" for task in ("1.5", "1.6") for name in FIELDS]
    planned, after = brought_in(taken, now, content, *(keys if file_wins else ()))
    conflicts = set()
    for task in ("1.5", "1.6"):
        for name in FIELDS:
            was, is_, says = (getattr(state.tasks[task], name) for state in (taken, now, taken))
            says = wanted.get((task, name), says)
            both = was != says != is_ != was
            if both:
                conflicts.add(f"task|{task}|{name}")
            expected = says if says != was and (not both or file_wins) else is_
            assert getattr(after.tasks[task], name) == expected
            edits = len(after.items.history("task", task, name)) - len(now.items.history("task", task, name))
            assert edits == (expected != is_), "nothing that stays as it is gets the importer as its author"
    assert {one.key for one in planned.conflicts} == conflicts
    assert all("Tom has changed it to" in one.text for one in planned.conflicts)
    if planned.command.commands:
        assert "Priya brought in a file that says the same" in brought_in(taken, after, content)[0].known


parts = st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=5)


@settings(max_examples=15)
@given(parts, parts, st.sets(st.sampled_from("abcd")))
def test_parts_that_two_people_tick_at_once_are_all_ticked(first: Any, later: Any, in_file: set[str]) -> None:
    taken = do(fresh(), *(TickPart("1.11", *one) for one in first))
    now = do(taken, *(TickPart("1.11", *one) for one in later), by="Tom")
    planned, after = brought_in(
        taken, now, edited(taken, {"Number": "T1.11", "Parts done": "; ".join(sorted(in_file))})
    )
    was, is_ = (set(state.tasks["1.11"].parts_done) for state in (taken, now))
    assert set(after.tasks["1.11"].parts_done) == (is_ - (was - in_file)) | (in_file - was)
    assert not planned.conflicts


def test_a_status_and_its_reason_stay_together() -> None:
    taken = do(fresh(), SetStatus("1.5", "blocked", "Waits for finance."))
    now = do(taken, SetStatus("1.5", "done"), by="Tom")
    content = edited(taken, {"Number": "T1.5", "Reason": "Waits for the board."})
    planned, after = brought_in(taken, now, content)
    (conflict,) = planned.conflicts
    assert conflict.text == (
        "1.5: Status: done → blocked (Waits for the board.). Tom has changed it to “Done” since, on 24 November 2026."
    )
    assert after.tasks["1.5"].status == "done"
    _, after = brought_in(taken, now, content, conflict.key)
    assert (after.tasks["1.5"].status, after.tasks["1.5"].reason) == ("blocked", "Waits for the board.")


def test_what_a_colleague_removed_stays_removed_unless_the_changed_row_is_chosen() -> None:
    taken = do(fresh(), Add("stakeholder", {"name": "The courts"}), Add("stakeholder", {"name": "Schools"}))
    now = do(taken, rollout.Remove("stakeholder", "s1"), rollout.Remove("stakeholder", "s2"), by="Tom")
    content = edited(taken, {"Id": "s1", "What they gain": "Fewer hearings"}, table="Stakeholders")
    planned, after = brought_in(taken, now, content)
    assert not planned.changes and after == now
    assert [one.text for one in planned.conflicts] == [
        "s1: What they gain: Fewer hearings. Tom has removed it since, on 24 November 2026."
    ]
    _, after = brought_in(taken, now, content, "stakeholder|s1")
    assert {one.gains for one in after.stakeholders.values()} == {"Fewer hearings"}


def test_comments_on_a_task_that_a_colleague_has_removed_stop_no_stale_file() -> None:
    """They stood in the file as they had stood here, were taken for new ones on a task that is gone, and nothing came in."""
    taken = do(fresh(), Add("task", {"phase": 1, "title": "Our own"}), Comment("1.L1", "Asked again."))
    now = do(taken, rollout.Remove("task", "1.L1", "Entered twice"), by="Tom")
    table = files.tables(taken, LIST)
    next(row for row in table["Tasks"] if row[0] == "T1.5")[table["Tasks"][0].index("Notes")] = "From the file"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, rows in table.items():
            archive.writestr(f"{name}.csv", files.csv_bytes(rows))
    planned, after = brought_in(taken, now, out.getvalue())
    assert [what for _, what in planned.changes] == ["1.5: Notes: nothing → From the file"]
    assert after.comments == now.comments and "1.L1" not in after.tasks
    assert not any("Asked again." in row for row in files.tables(after, LIST)["Comments"])


def test_a_file_that_comes_twice_is_not_said_to_hold_nothing_new_where_a_conflict_was_left() -> None:
    taken = fresh()
    now = do(taken, Change("task", "1.5", "notes", "From Tom"), by="Tom")
    rows = ({"Number": "T1.5", "Notes": "From the file"}, {"Number": "T1.6", "Notes": "From the file"})
    _, after = brought_in(taken, now, edited(taken, *rows))
    again, _ = brought_in(taken, after, edited(taken, *rows))
    assert after.tasks["1.5"].notes == "From Tom" and "new" not in again.known
    assert "What was left as it was then, or has been changed since, can be changed here" in again.known


def test_what_has_changed_since_a_file_was_taken_is_counted_without_the_note_that_a_file_came_in() -> None:
    taken = fresh()
    _, now = brought_in(taken, taken, edited(taken, {"Number": "T1.5", "Notes": "First"}))
    planned, _ = brought_in(taken, now, edited(taken, {"Number": "T1.6", "Notes": "Second"}))
    assert planned.since.startswith("Since the file was taken, 1 thing has changed here (by Priya).")


def test_a_file_that_its_owner_goes_on_with_is_in_conflict_with_nobody() -> None:
    """New rows that came in before are known again, and one's own later change is no conflict."""
    taken = fresh()
    new = {"Number": "", "Phase": "2", "Task": "Our own"}
    _, now = brought_in(taken, taken, edited(taken, {"Number": "T1.5", "Notes": "First"}, new))
    planned, after = brought_in(taken, now, edited(taken, {"Number": "T1.5", "Notes": "Second"}, new))
    assert [what for _, what in planned.changes] == ["1.5: Notes: First → Second"] and not planned.conflicts
    assert after.tasks["1.5"].notes == "Second" and sum(task.local for task in after.tasks.values()) == 1


def test_a_file_that_does_not_say_when_it_was_taken_names_whose_words_it_would_replace() -> None:
    now = do(fresh(), Change("task", "1.5", "notes", "From Tom"), by="Tom")
    planned = preview(now, b"Number,Phase,Task,Notes\nT1.5,1,Plan for the costs,Mine\n")
    assert "does not say at which version" in planned.since
    assert ("Tasks, row 2", "1.5: Notes: From Tom → Mine (Tom made it so on 24 November 2026)") in planned.changes


def test_what_a_file_brings_from_another_rollout_is_not_signed_by_whoever_brings_it(full: Rollout) -> None:
    into = do(Rollout(), Start("another", "Another"))
    planned = files.preview(into, files.read(files.excel(full, LIST), "all.xlsx"), LIST, "Priya", NOW, name="all.xlsx")
    after = do(into, planned.command)
    assert {stated.by for stated in after.stated.values()} == {"Priya, from a file"}
    assert after.items.last_by("task", "2.3", "status") == "Priya, from a file"
    assert {one.actor for one in after.log} == {"Priya", "Priya, from a file"}


def with_formula(state: Rollout, value: str | None) -> bytes:
    """The workbook with a formula in T1.5's notes; `value` is what the file holds as its result."""
    page_name = "xl/worksheets/sheet3.xml"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files.excel(state, LIST))) as given, zipfile.ZipFile(out, "w") as changed:
        for name in given.namelist():
            text = given.read(name)
            if name == page_name:
                row = re.search(rb'<row r="6".*?</row>', text)
                assert row
                stored = f"<v>{value}</v>" if value else ""
                cell = f'<c r="M6" t="str"><f>A6&amp;"x"</f>{stored}</c></row>'.encode()
                text = text.replace(row[0], re.sub(rb'<c r="M6"[^>]*/>', b"", row[0])[: -len(b"</row>")] + cell)
            changed.writestr(name, text)
    return out.getvalue()


def test_a_formula_without_a_stored_value_is_an_error_and_not_empty() -> None:
    state = do(fresh(), Change("task", "1.5", "notes", ""))
    assert [what for _, what in preview(state, with_formula(state, "T1.5x")).changes] == ["1.5: Notes: nothing → T1.5x"]
    for value in (None, "#REF!"):
        with pytest.raises(files.NotARollout, match="Tasks, cell M6 holds a formula without a value"):
            files.read(with_formula(state, value), "book.xlsx")


def test_new_people_and_tasks_may_come_in_one_file(full: Rollout) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("People.csv", "Id,Name,Group,Roles\n,Newt Fictional,Strategic group,Fostering manager\n")
        archive.writestr("Tasks.csv", "Number,Phase,Task,Owner,Depends on\n,2,From a file,newt fictional,T2.1\n")
    planned = preview(full, out.getvalue())
    assert not planned.rejected
    after = do(full, planned.command)
    (task,) = [task for task in after.tasks.values() if task.title == "From a file"]
    assert task.local and after.members[task.owner].roles == ("fostering_manager",) and task.depends_on == ("2.1",)


def test_comments_are_added_once_and_keep_who_and_when(full: Rollout) -> None:
    rows = (
        "Task,When,Who,Comment\nT2.8,15/11/2026 09:00,Josephine Akers-Quist,Another one\nT2.9,,,My own\n"
        "T2.9,soon,Somebody,Bad moment\nT2.9,,Somebody,No moment\nT9.9,,,No task\nT2.9,24/11/2027 09:00,Somebody,To come\n"
    )
    planned = preview(full, rows.encode())
    assert planned.rejected == (
        ("Comments, row 4, When", '"soon" is not a moment such as 24/11/2026 09:30.'),
        ("Comments, row 5", "When and Who belong together: give both, or neither for a comment of your own."),
        ("Comments, row 6", 'There is no task "9.9" in this roll-out (any more).'),
        ("Comments, row 7", "24 November 2027 is still to come: nobody can have commented then."),
    )
    good = "".join(rows.splitlines(keepends=True)[:3]).encode()
    after = do(full, preview(full, good).command)
    assert [(said.by, said.text, said.copied) for said in after.comments["2.9"]] == [("Priya", "My own", False)]
    assert after.comments["2.8"][-1][1] == "Josephine Akers-Quist" and after.comments["2.8"][-1].copied
    assert "brought in a file that says the same" in preview(after, good).known
    assert not preview(after, good + b"T2.8,,,And another\n").changes[1:], (
        "comments of an earlier import are known again"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not a text file"),
        (b"name,age\nAda,36\n", "is no roll-out"),
        (b"PK\x03\x04 broken", "is damaged or locked"),
        (b'Number,Phase,Task\n"T1.5,1', "is not a CSV file that can be read"),
        (b"x" * 5_000_001, "is too large"),
        (b"hello", "is no roll-out"),
    ],
)
def test_a_file_that_is_no_rollout_gets_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises((files.NotARollout, workbooks.NotRead), match=said):
        files.recognised(workbooks.read(content, "file"), "file")


def test_a_workbook_of_something_else_and_a_zip_that_swells_are_no_rollout() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Age"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(files.NotARollout, match="is no roll-out"):
        files.read(out.getvalue(), "other.xlsx")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Tasks.csv", b"0" * 60_000_000)
    with pytest.raises(files.NotARollout, match="unpacks to more"):
        files.read(bomb.getvalue(), "bomb.zip")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises((files.NotARollout, workbooks.NotRead)):
        files.recognised(workbooks.read(content, "any"), "any")


def test_a_missing_column_is_named_and_a_strange_one_is_left_out(full: Rollout) -> None:
    planned = preview(full, b"Number,Phase,Task,Mood\nT2.9,2,Decide how far and how fast to scale up,sunny\n")
    assert planned.ignored == ("Tasks: the column mood",) and not planned.rejected and not planned.changes


def test_semicolons_and_windows_letters_are_understood(full: Rollout) -> None:
    content = "Number;Phase;Task;Notes\nT2.9;2;Decide how far and how fast to scale up;Caf\xe9\n".encode("cp1252")
    assert [what for _, what in preview(full, content).changes] == ["2.9: Notes: nothing → Café"]


def other_text(content: bytes, change: Callable[[str], str], encoding: str) -> bytes:
    return change(content.decode("utf-8-sig")).encode(encoding)


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: text, "utf-16"),
        (lambda text: text.replace(",", "\t"), "utf-16"),
        (lambda text: "sep=;\r\n" + text.replace(",", ";"), "utf-8-sig"),
        (lambda text: "SEP=\t\n" + text.replace(",", "\t"), "utf-8"),
        (lambda text: "\r\n" + text, "utf-8-sig"),
        (lambda text: "Roll-out of Fennmoor, autumn\r\n\r\n" + text, "utf-8-sig"),
        (lambda text: "Roll-out;;;\n" + text.replace(",", ";"), "cp1252"),
    ],
)
def test_what_spreadsheet_programs_add_and_change_is_understood(
    full: Rollout, change: Callable[[str], str], encoding: str
) -> None:
    rows = "Number,Phase,Task,Notes,Due\nT2.9,2,Decide how far and how fast to scale up,Café,1/2/2027\nT2.6,2,X,,soon\n"
    content = other_text(rows.encode(), change, encoding)
    planned = preview(full, content)
    assert ("2.9: Notes: nothing → Café") in [what for _, what in planned.changes]
    (place, why), *_ = planned.rejected
    assert why == '"soon" is not a date such as 24/11/2026.'
    line = next(n for n, line in enumerate(content.decode(encoding).splitlines(), 1) if "soon" in line)
    assert place == f"Tasks, row {line}, Due", "the row is counted as the spreadsheet counts it"


def test_a_title_above_the_table_of_a_workbook_is_left_out(full: Rollout) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Tasks"
    for row in (
        ["Our roll-out"],
        [],
        ["Number", "Phase", "Task", "Notes"],
        ["T2.9", 2, "", "A"],
        ["T2.6", 2, "X", "B"],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    planned = preview(full, out.getvalue())
    assert planned.ignored == ("Tasks, row 4, whose cell Task is empty",)
    assert [where for where, _ in planned.changes] == ["Tasks, row 5", "Tasks, row 5"]


def test_text_that_cannot_be_told_says_what_to_save_it_as() -> None:
    with pytest.raises(files.NotARollout, match=r"x\.csv is not a text file that can be read\. Save it as “CSV UTF-8”"):
        files.read("Number,Phase,Task\n".encode("utf-16-le"), "x.csv")


@pytest.mark.parametrize("sheet", ["Tasks", "Evidence", "Comments"])
def test_an_empty_task_cell_costs_its_row_and_no_other(full: Rollout, sheet: str) -> None:
    table = [list(row) for row in files.tables(full, LIST)[sheet]]
    column = table[0].index("Task")
    table[2][column] = ""
    table.append(["" for _ in table[0]])
    good = {"Tasks": "Notes", "Evidence": "Note", "Comments": "Comment"}[sheet]
    table[1][table[0].index(good)] = "New words"
    planned = preview(full, files.csv_bytes(table))
    assert not planned.rejected
    assert planned.ignored == (f"{sheet}, row 3, whose cell Task is empty",)
    assert len(planned.changes) == 1 and "New words" in planned.changes[0][1]
    do(full, planned.command)


def test_dates_and_times_are_read_as_people_write_them(full: Rollout) -> None:
    table = [list(row) for row in files.tables(full, LIST)["Meetings"]]
    on, at = table[0].index("Date"), table[0].index("Time")
    last = next(row for row in table if row[0] == "m7")
    for day in ("08-12-2026", "8.12.2026", "8 Dec 2026", "08/12/26", "2026-12-08"):
        last[on] = day
        assert [what for _, what in preview(full, files.csv_bytes(table)).changes] == [
            "m7: Date: 07/12/2026 → 08/12/2026"
        ]
    last[on] = "07/12/2026"
    for moment in ("9.30", "9:30", "09.30", "9.30am", "9:30:00"):
        last[at] = moment
        assert preview(full, files.csv_bytes(table)).changes == (), "it says what is here already"
    last[at] = "2 pm"
    assert [what for _, what in preview(full, files.csv_bytes(table)).changes] == ["m7: Time: 09:30 → 14:00"]
    last[at] = "9"
    assert [why for _, why in preview(full, files.csv_bytes(table)).rejected] == ['"9" is not a time such as 09:30.']


def test_a_time_that_is_typed_on_the_page_is_kept_as_the_record_has_it(full: Rollout) -> None:
    assert do(full, Change("meeting", "m7", "starts", "9.45")).meetings["m7"].starts == "09:45"
    with pytest.raises(Refused, match="is not a time such as 09:30"):
        do(full, Change("meeting", "m7", "starts", "25:00"))


def packed(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("plan.xls", b"\xd0\xcf\x11\xe0 old", r"an old Excel file \(.xls\) or one that is locked with a password"),
        ("plan.ods", packed("mimetype"), r"an OpenDocument file \(.ods\)"),
        ("plan.xlsb", packed("xl/workbook.bin"), r"a binary Excel workbook \(.xlsb\)"),
        ("plan.docx", packed("word/document.xml"), "a Word document"),
        ("plan.numbers", packed("Index/Document.iwa"), "a Numbers file"),
        ("plan.pdf", b"%PDF-1.7 ...", "a PDF"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_save_it_as(name: str, content: bytes, what: str) -> None:
    with pytest.raises(
        files.NotARollout, match=rf"{name} is {what}, which is not read here\. .* save it as an Excel workbook"
    ):
        files.read(content, name)
