"""Protects: a file of open cases is taken whole or not at all, and every row that cannot be taken is named with how to mend it.

- a team manager brings in the cases that name them; nobody learns from a preview that a case of others exists;
- what is there already changes nothing, and the same file is known;
- dates as spreadsheets and people write them; formulas, encodings and sizes that cannot be read are refused with a sentence.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from framework.casefile import Close, Refused, Rules, importing
from framework.casefile.access import NOT_HERE
from framework.casefile.casefiles import Casefiles, new_id
from framework.casefile.deciding import NO_IMPORT
from framework.casefile.importing import COLUMNS, ROWS_LIMIT, Known, NotCases, Plan, Sheet, matched
from framework.casefile.imports import IMPORTS, POLICY, Ended, Imports, Start, Started, State
from framework.casefile.kind import CASEFILE
from framework.people.roles import ROLES
from framework.streams.door import Door, Outage
from framework.streams.kind import NOBODY, Actor, ChangedMeanwhile
from framework.streams.policy import See, allows
from framework.streams.store import Store
from framework.workbooks import NotRead
from tests.casefile.made import (
    EVERYWHERE,
    MANAGER,
    NOW,
    OFFICER,
    OTHER_MANAGER,
    SECOND,
    TODAY,
    WORKER,
    Clock,
    part,
    person,
    rules,
)
from tests.record import casefiles_in

RECORDS = person("Rita", "records_manager")
OBRIEN = person("O’Brien, Niamh", "practitioner")
PEOPLE = [
    Known(one.id, one.name, f"{one.id.removeprefix('p-')}@example.org")
    for one in (WORKER, MANAGER, SECOND, OFFICER, OTHER_MANAGER, RECORDS)
] + [
    Known("p-niamh", "Niamh O’Brien", "niamh@example.org"),
    Known("p-1", "Pat Lee", "a@x"),
    Known("p-2", "Pat Lee", "b@x"),
]
for one in ("niamh", "1", "2"):
    person(one, "practitioner")

HEAD = ("Case ID", "Forename", "DOB", "Social worker", "Team manager")
ASH = ("A1", "Ash", "24/11/2014", "wanda@example.org", "Mo")


def csv(*rows: Sequence[str], head: Sequence[str] = HEAD) -> bytes:
    return "\n".join(",".join(row) for row in (head, *rows)).encode()


def workbook(*rows: Sequence[Any], head: Sequence[str] = HEAD) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (head, *rows):
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


def sheet(content: bytes, name: str = "cases.csv") -> Sheet:
    return importing.read(content, name)


def nothing_there(references: Iterable[str]) -> list[str]:
    return []


def planned(
    content: bytes,
    actor: Actor = MANAGER,
    there: Callable[[Any], Any] = nothing_there,
    with_rules: Rules = rules(),  # noqa: B008 - a tuple
) -> Plan:
    found = sheet(content)
    return importing.plan(found, matched(found.head, {}), PEOPLE, actor, there, NOW, with_rules)


def only_problem(*row: str, head: Sequence[str] = HEAD, actor: Actor = MANAGER) -> tuple[str, str]:
    plan = planned(csv(row, head=head), actor)
    assert not plan.cases
    (problem,) = plan.refused
    assert problem.where.startswith("Row 2") and problem.mend
    return problem.what, problem.mend


def refusal(call: Callable[[], object], kind: type[Exception] = Refused) -> str:
    with pytest.raises(kind) as refused:
        call()
    return str(refused.value)


# ── The file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (csv(), "no case below them"),
        (b"just some words\nand more\n", "no row of column headings"),
        ("Case ID,Forename\nA1,Ash".encode("utf-16-le"), "not a text file"),
        (csv(("A1", "ZoÃ«", "", "Wanda", "Mo")), "encoding"),
        (csv(("A1", "Zo\ufffd", "", "Wanda", "Mo")), "encoding"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (csv(*[(f"A{n}", "Ash", "", "Wanda", "Mo") for n in range(ROWS_LIMIT + 1)]), "no more than 2,000"),
        (csv(*[(f"A{n}", "Ash", "", "Wanda", "Mo") for n in range(10_000)]), "10,000 cases; no more than 2,000"),
        (csv(*[(f"A{n}", "Ash", "", "Wanda", "Mo") for n in range(10_001)]), "more than 10,000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises((NotCases, NotRead), match=said):
        sheet(content)


def test_names_are_read_in_every_encoding_that_can_be_told() -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        found = sheet("Case ID;Forename\nA1;Zoë D’Arcy-O'Neill".encode(encoding))
        assert found.rows == ((2, ("A1", "Zoë D’Arcy-O'Neill")),)


def test_headings_are_found_below_a_title_and_rows_keep_the_numbers_of_the_spreadsheet() -> None:
    found = sheet(b"Open cases at 24 November,,\n,,\nCase ID,Forename,DOB\n\nA1,Ash,\n,,\nA2,Bo,\n")
    assert found.head == ("Case ID", "Forename", "DOB") and [number for number, _ in found.rows] == [5, 7]


def test_of_several_sheets_the_one_with_cases_is_read_and_the_others_are_named() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Notes"
    book.active.append(["Anything", "else"])
    cases = book.create_sheet("Open")
    cases.append(list(HEAD))
    cases.append(list(ASH))
    book.save(out)
    found = sheet(out.getvalue(), "cases.xlsx")
    assert found.head == HEAD and found.ignored == ("Notes",)


# ── Columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_well_known_headings_are_matched_and_what_was_matched_before_comes_first() -> None:
    assert matched(HEAD, {}) == {"reference": 0, "name": 1, "birth": 2, "worker": 3, "manager": 4}
    head = ("Ref", "Known As", "D.O.B.", "Kid", "Key worker")
    assert matched(head, {}) == {"reference": 0, "name": 1, "birth": 2, "worker": 4}
    assert matched(head, {"name": "kid", "faith": "not there", "gone": "Ref"})["name"] == 3


def test_every_column_has_a_heading_of_its_own() -> None:
    headings = [name for column in COLUMNS for name in {column.label.casefold(), *column.names}]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("matching", "said"),
    [
        ({"name": 1}, "Choose the column for: Reference"),
        ({}, "Reference, Name used here"),
        ({"reference": 0, "name": 0}, "“Case ID” is chosen for Reference and Name used here"),
    ],
)
def test_columns_that_are_not_matched_are_asked_for(matching: dict[str, int], said: str) -> None:
    found = sheet(csv(ASH))
    assert said in refusal(lambda: importing.plan(found, matching, PEOPLE, MANAGER, nothing_there, NOW, rules()))


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "written",
    ["24/11/2014", "24-11-2014", "24.11.2014", "24 November 2014", "24 Nov 2014", "2014-11-24", "24/11/14", "41967",
     "41967.0", "2014-11-24T00:00:00", "2014-11-24 00:00:00", "24/11/2014 00:00"],
)  # fmt: skip
def test_a_date_is_read_as_people_and_spreadsheets_write_it(written: str) -> None:
    (case,) = planned(csv(("A1", "Ash", written, "Wanda", "Mo"))).cases
    (birth,) = [one.value for one in case.command.commands if getattr(one, "field", "") == "birth"]
    assert birth == "24/11/2014"


def test_a_workbook_gives_dates_and_numbers_as_it_shows_them() -> None:
    rows = [(4711, "Ash", datetime(2014, 11, 24), "Wanda", "Mo"), ("A2", "Bo", date(2015, 1, 2), "Wanda", "Mo"),
            ("A3", "Cy", 41967, "Wanda", "Mo")]  # fmt: skip
    plan = planned(workbook(*rows))
    assert not plan.refused
    births = [one.value for case in plan.cases for one in case.command.commands if getattr(one, "field", "") == "birth"]
    assert births == ["24/11/2014", "02/01/2015", "24/11/2014"] and plan.cases[0].command.reference == "4711"


DATED = ("Case ID", "Forename", "DOB", "LAC start", "Legal status", "Legal status since", "Team manager")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("A1", "Ash", "25/12/2026", "", "", "", "Mo"), "is still to come"),
        (("A1", "Ash", "24/11/2014", "01/01/2014", "", "", "Mo"), "before that"),
        (("A1", "Ash", "", "25/12/2026", "", "", "Mo"), "still to come"),
        (("A1", "Ash", "11/24/2014", "", "", "", "Mo"), "Date of birth: “11/24/2014” is not a date"),
        (("A1", "Ash", "soon", "", "", "", "Mo"), "“soon” is not a date"),
        (("A1", "Ash", "419", "", "", "", "Mo"), "“419” is not a date"),
        (("A1", "Ash", "31/02/2014", "", "", "", "Mo"), "is not a date"),
        (("A1", "Ash", "01/01/1950", "", "", "", "Mo"), "between 2000 and 2100"),
        (("A1", "Ash", "", "", "s99", "", "Mo"), "“s99” is not known here"),
        (("A1", "Ash", "", "", "C2", "", "Mo"), "the day since which it stands is missing"),
        (("A1", "Ash", "", "", "", "01/02/2020", "Mo"), "a day and no legal status"),
        (("A1", "Ash", "24/11/2014", "", "C2", "01/02/2014", "Mo"), "before the child was born"),
        (("", "Ash", "", "", "", "", "Mo"), "Reference: the cell is empty"),
        (("A1", "", "", "", "", "", "Mo"), "Name used here: the cell is empty"),
        (("A1", "x" * 121, "", "", "", "", "Mo"), "shorten"),
        (("A1", "=1+1", "", "", "", "", "Mo"), "Name used here: “=1+1” is a formula"),
        (("=1+1", "Ash", "", "", "", "", "Mo"), "Reference: “=1+1” is a formula"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_with_what_is_wrong(row: Sequence[str], said: str) -> None:
    assert said in only_problem(*row, head=DATED)[0]


def test_a_formula_whose_value_the_workbook_does_not_hold_is_named_by_its_cell() -> None:
    plan = planned(workbook(("A1", "Ash", "=TODAY()-3000", "Wanda", "Mo"), ("A2", "Bo", None, "Wanda", "Mo")))
    ((where, what, _),) = plan.refused
    assert where == "Row 2, A1" and "Sheet, cell C2" in what and len(plan.cases) == 1


def test_leading_zeros_kept_by_a_formula_of_another_system_stay() -> None:
    (case,) = planned(csv(('"=""00123"""', "Ash", "", "Wanda", "Mo"))).cases
    assert case.command.reference == "00123"


def test_a_reference_that_stands_in_the_file_twice_is_refused_each_time() -> None:
    plan = planned(csv(ASH, ("B2", "Bo", "", "Wanda", "Mo"), ("a 1", "Ash", "", "Wanda", "Mo")))
    assert [one.where for one in plan.refused] == ["Row 2, A1", "Row 4, a 1"] and len(plan.cases) == 1


def test_values_of_the_yearly_return_are_known() -> None:
    head = ("Case ID", "Forename", "Gender", "Legal status", "Legal status since", "Team manager")
    plan = planned(csv(*[(f"A{n}", "Ash", sex, code, "01/02/2024", "Mo") for n, (sex, code) in enumerate(
        [("1", "C1"), ("F", "c2"), ("boy", "V2"), ("Girl", "Section 20"), ("", "Care order (section 31)")]
    )], head=head))  # fmt: skip
    assert not plan.refused
    statuses = [
        c.values["status"] for case in plan.cases for c in case.command.commands if getattr(c, "kind", "") == "status"
    ]
    assert statuses == ["s38", "s31", "s20", "s20", "s31"]


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "who"),
    [("wanda@example.org", "p-wanda"), ("WANDA@Example.org", "p-wanda"), (" wanda ", "p-wanda"), ("Niamh O'Brien", "p-niamh"),
     ('"O’BRIEN, niamh"', "p-niamh")],
)  # fmt: skip
def test_people_are_found_by_address_and_name(written: str, who: str) -> None:
    (case,) = planned(csv(("A1", "Ash", "", written, "Mo"))).cases
    assert [one.values["person"] for one in case.command.commands if getattr(one, "kind", "") == "worker"] == [
        who,
        MANAGER.id,
    ]


def test_whoever_is_not_known_is_named_and_two_of_one_name_are_told_apart_by_address() -> None:
    assert "“Nobody Here”" in only_problem("A1", "Ash", "", "Nobody Here", "Mo")[0]
    what, mend = only_problem("A1", "Ash", "", "Pat Lee", "Mo")
    assert "2 people" in what and "address" in mend
    assert planned(csv(("A1", "Ash", "", "b@x", "Mo"))).cases


def test_one_person_does_not_get_two_parts_that_exclude_each_other() -> None:
    head = ("Case ID", "Forename", "Worker", "Second worker", "Manager")
    what, _ = only_problem("A1", "Ash", "Wanda", "Wanda", "Mo", head=head)
    assert "One person cannot be" in what


# ── Whose cases ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_team_manager_brings_in_the_cases_that_name_them_and_a_records_manager_all() -> None:
    rows = [ASH, ("A2", "Bo", "", "Wanda", "Max")]
    mine = planned(csv(*rows))
    assert [one.command.reference for one in mine.cases] == ["A1"] and "cannot be taken from you" in mine.refused[
        0
    ].what
    assert "records manager" in mine.refused[0].mend
    assert len(planned(csv(*rows), RECORDS).cases) == 2


def test_without_a_column_for_the_manager_it_is_who_brings_it_in() -> None:
    (case,) = planned(csv(("A1", "Ash"), head=HEAD[:2])).cases
    assert case.team == "Team manager: Mo"
    assert "nobody could open the case" in only_problem("A1", "Ash", head=HEAD[:2], actor=RECORDS)[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(store: Store, clock: Clock) -> Casefiles:
    return casefiles_in(store, clock)


def imports_in(
    store: Store,
    files: Casefiles,
    clock: Clock,
    is_open: bool = False,
    bring_in: Callable[[Actor, Any], object] | None = None,
) -> Imports:
    door: Door = Door(IMPORTS, store, lambda _: rules(is_open), clock, Outage())
    return Imports(
        door,
        now=clock,
        rules=lambda: rules(is_open),
        people=lambda: PEOPLE,
        there=files.there_already,
        bring_in=bring_in or files.bring_in,
        new_id=new_id,
        names=lambda ids: {one.id: one.name for one in PEOPLE},
    )


@pytest.fixture
def imports(store: Store, files: Casefiles, clock: Clock) -> Imports:
    return imports_in(store, files, clock)


def plan_of(imports: Imports, content: bytes, actor: Actor = MANAGER) -> Plan:
    found = sheet(content)
    return imports.plan(actor, found, imports.matched(actor, found))


def references(files: Casefiles, actor: Actor) -> set[str]:
    return {one.reference for one in files.listing(actor)}


def test_cases_begin_with_what_is_known_and_their_team(imports: Imports, files: Casefiles) -> None:
    head = (*DATED, "Social worker", "IRO")
    row = ("A1", "D'Arcy", "24/11/2014", "41967", "C2", "", "Mo", "Wanda", "Iris")
    assert imports.bring_in(MANAGER, plan_of(imports, csv(row, head=head))) == 1
    (listed,) = files.listing(WORKER)
    case = files.view(listed.id, WORKER)
    assert (case.reference, case.called, case.invented, case.begun_by) == ("A1", "D'Arcy", False, MANAGER.id)
    assert case.child and case.child.birth == case.child.looked_after_since == date(2014, 11, 24)
    assert [(one.status, one.since) for one in case.statuses.values()] == [("s31", date(2014, 11, 24))]
    assert {(one.person, one.part, one.since) for one in case.workers.values()} == {
        (WORKER.id, "worker", TODAY), (MANAGER.id, "manager", TODAY), (OFFICER.id, "reviewing_officer", TODAY)
    }  # fmt: skip
    assert references(files, OFFICER) == {"A1"} and references(files, OTHER_MANAGER) == set()


def test_nothing_is_taken_while_one_row_cannot_be(imports: Imports, files: Casefiles) -> None:
    plan = plan_of(imports, csv(ASH, ("A2", "Bo", "soon", "Wanda", "Mo")))
    assert len(plan.cases) == 1 and "Nothing was brought in" in refusal(lambda: imports.bring_in(MANAGER, plan))
    assert references(files, MANAGER) == set() and imports.state(MANAGER).files == ()


def test_the_same_file_is_known_and_what_is_there_changes_nothing(
    imports: Imports, files: Casefiles, clock: Clock
) -> None:
    imports.bring_in(MANAGER, plan_of(imports, csv(ASH)))
    again = plan_of(imports, csv(ASH))
    assert "by Mo on 24 November 2026, 10:00: 1 case" in again.known and again.cases == ()
    (listed,) = files.listing(MANAGER)
    version = files.view(listed.id, MANAGER).version
    more = plan_of(imports, csv(ASH, ("A2", "Bo", "", "Wanda", "Mo")))
    assert [where for where, _ in more.there] == ["Row 2, A1"] and len(more.cases) == 1
    imports.bring_in(MANAGER, more)
    assert files.view(listed.id, MANAGER).version == version
    assert references(files, MANAGER) == {"A1", "A2"} and len(files.listing(MANAGER)) == 2


def test_how_columns_were_matched_is_remembered_for_the_authority(imports: Imports) -> None:
    head = ("Nummer", "Kid", "Boss")
    first = sheet(csv(("A1", "Ash", "Mo"), head=head))
    assert imports.matched(MANAGER, first) == {}
    imports.bring_in(MANAGER, imports.plan(MANAGER, first, {"reference": 0, "name": 1, "manager": 2}))
    other = sheet(csv(("Ash", "Max", "B1"), head=("kid", "Boss", "Nummer")))
    assert imports.matched(OTHER_MANAGER, other) == {"name": 0, "manager": 1, "reference": 2}


def test_a_preview_does_not_tell_that_a_case_of_others_exists(imports: Imports, files: Casefiles) -> None:
    files.begin(OTHER_MANAGER, "H1", "Hidden")
    files.begin(WORKER, "H2", "Hidden, too")

    def answers(reference: str) -> list[object]:
        found = []
        for manager in ("Max", "Mo", "Nobody", ""):
            plan = plan_of(imports, csv((reference, "Ash", "", "Wanda", manager)))
            found += [len(plan.cases), plan.there, [one[1:] for one in plan.refused]]
        return found

    assert answers("H1") == answers("H2") == answers("X9")
    assert "cannot be taken from you" in str(answers("H1"))


def test_a_second_case_of_a_hidden_reference_is_told_to_the_first_ones_team_and_not_to_who_brought_it(
    imports: Imports, files: Casefiles, clock: Clock
) -> None:
    first = files.begin(OTHER_MANAGER, "A1", "Hidden")
    clock.move(hours=1)
    imports.bring_in(MANAGER, plan_of(imports, csv(ASH)))
    (mine,) = files.listing(MANAGER)
    assert files.same_reference(mine.id, MANAGER) == []
    assert [one.id for one in files.same_reference(first, OTHER_MANAGER)] == [mine.id]


def test_a_records_manager_is_told_that_a_reference_is_there_and_sees_no_case(
    imports: Imports, files: Casefiles
) -> None:
    first = files.begin(OTHER_MANAGER, "a 1", "Hidden")
    plan = plan_of(imports, csv(ASH, ("A2", "Bo", "", "Wanda", "Max")), RECORDS)
    assert len(plan.there) == 1 and imports.bring_in(RECORDS, plan) == 1
    assert references(files, RECORDS) == set() and references(files, OTHER_MANAGER) == {"a 1", "A2"}
    assert files.view(first, RECORDS) == files.view("none", RECORDS)
    assert refusal(lambda: files.run(first, RECORDS, Close("home", TODAY))) == NOT_HERE


# ── Carried out ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_preview_that_is_out_of_date_takes_nothing(imports: Imports, files: Casefiles) -> None:
    one, other = plan_of(imports, csv(ASH)), plan_of(imports, csv(("B1", "Bo", "", "Wanda", "Max")), OTHER_MANAGER)
    imports.bring_in(MANAGER, one)
    assert "look at the preview again" in refusal(lambda: imports.bring_in(OTHER_MANAGER, other), ChangedMeanwhile)
    third = plan_of(imports, csv(("C1", "Cy", "", "Wanda", "Mo")))
    files.begin(MANAGER, "C1", "Cy")
    assert "has been begun since" in refusal(lambda: imports.bring_in(MANAGER, third), ChangedMeanwhile)
    assert references(files, OTHER_MANAGER) == set() and references(files, MANAGER) == {"A1", "C1"}


def test_what_was_broken_off_is_finished_with_the_same_file(
    imports: Imports, files: Casefiles, store: Store, clock: Clock
) -> None:
    def bring_in(actor: Actor, command: Any) -> None:
        if command.reference == "A2":
            raise Refused("This case cannot be begun just now.")
        files.bring_in(actor, command)

    content = csv(ASH, ("A2", "Bo", "", "Wanda", "Mo"), ("A3", "Cy", "", "Wanda", "Mo"))
    broken = imports_in(store, files, clock, bring_in=bring_in)
    with pytest.raises(Refused):
        broken.bring_in(MANAGER, plan_of(broken, content))
    last = imports.state(MANAGER).files[-1]
    assert (last.cases, last.begun, last.whole) == (3, 1, False)
    rest = plan_of(imports, content)
    assert not rest.known and len(rest.there) == 1 and imports.bring_in(MANAGER, rest) == 2
    assert references(files, MANAGER) == {"A1", "A2", "A3"}


def test_two_imports_do_not_run_at_once_and_a_lost_one_keeps_nobody_out_for_long(
    imports: Imports, store: Store, clock: Clock
) -> None:
    door: Door = Door(IMPORTS, store, lambda _: rules(), clock, Outage())
    door.run("", RECORDS, Start(0, Started(file="f.csv", content="x", columns=(), cases=5)))
    plan = plan_of(imports, csv(ASH))
    assert "at this moment" in refusal(lambda: imports.bring_in(MANAGER, plan))
    clock.move(minutes=11)
    assert imports.bring_in(MANAGER, plan) == 1


def test_each_case_is_an_event_of_who_brought_it_in_and_the_list_of_imports_names_no_child(
    imports: Imports, files: Casefiles, store: Store
) -> None:
    imports.bring_in(MANAGER, plan_of(imports, csv(ASH)))
    (listed,) = files.listing(MANAGER)
    assert {one.actor for one in store.read(CASEFILE.stream(listed.id))} == {MANAGER.id}
    written = " ".join(str(one.payload) for one in store.read(IMPORTS.stream("")))
    assert "DOB" in written and "Ash" not in written and "A1" not in written and "2014" not in written


def test_what_the_list_keeps_of_a_file_cannot_be_guessed_by_hashing_and_differs_from_record_to_record(
    imports: Imports, store: Store, files: Casefiles, clock: Clock, tmp_path: Path
) -> None:
    content = csv(ASH)
    elsewhere = Store.open(f"sqlite:///{tmp_path / 'other.db'}")
    other = imports_in(elsewhere, casefiles_in(elsewhere, clock), clock)
    for one in (imports, other):
        one.bring_in(MANAGER, plan_of(one, content))
    (here,), (there,) = imports.state(MANAGER).files, other.state(MANAGER).files
    assert here.content != there.content and sheet(content).content not in (here.content, there.content)
    assert "brought in already" in plan_of(imports, content).known, "and it is known again"
    imports.bring_in(MANAGER, plan_of(imports, csv(("A2", "Elm", "", "Wanda", "Mo"))))
    assert len({one.salt for one in imports.state(MANAGER).files}) == 1
    elsewhere.close()


def test_progress_is_told_for_many_rows(imports: Imports, files: Casefiles) -> None:
    found = sheet(csv(*[(f"A{n}", "Ash", "", "Wanda", "Mo") for n in range(120)]))
    looked, begun = list[float](), list[float]()
    plan = imports.plan(MANAGER, found, imports.matched(MANAGER, found), looked.append)
    imports.bring_in(MANAGER, plan, begun.append)
    assert len(looked) == 2 and len(begun) == 6 and begun == sorted(begun) and begun[-1] == 1
    assert len(files.listing(WORKER)) == 120


def test_team_and_records_managers_alone_bring_in_files_and_see_which_were(imports: Imports) -> None:
    imports.bring_in(MANAGER, plan_of(imports, csv(ASH)))
    for role in ROLES:
        allowed, actor = role in {"team_manager", "records_manager"}, person("X", role)
        assert {allows(POLICY, one, frozenset({role})) for one in (Start, Ended, See)} == {allowed}
        assert (imports.refused(actor) == "") == allowed and bool(imports.state(actor).files) == allowed
        if not allowed:
            assert "role" in refusal(partial(imports.read, actor, csv(ASH), "x.csv"))
            assert "role" in refusal(partial(plan_of, imports, csv(ASH), actor))


def test_nobody_without_a_role_brings_in_anything(imports: Imports, files: Casefiles) -> None:
    plan = plan_of(imports, csv(ASH))
    assert "Sign in" in refusal(lambda: imports.bring_in(NOBODY, plan)) and imports.state(NOBODY) == State()
    assert references(files, MANAGER) == set()


def test_without_sign_in_no_file_is_read(store: Store, clock: Clock) -> None:
    files = casefiles_in(store, clock, is_open=True)
    imports = imports_in(store, files, clock, is_open=True)
    assert imports.refused(EVERYWHERE) == imports.refused(MANAGER) == NO_IMPORT
    assert refusal(lambda: imports.read(EVERYWHERE, csv(ASH), "x.csv")) == NO_IMPORT
    assert refusal(lambda: planned(csv(ASH), with_rules=rules(is_open=True))) == NO_IMPORT
    (case,) = planned(csv(ASH)).cases
    assert refusal(lambda: files.bring_in(EVERYWHERE, importing.identified(case, new_id()))) == NO_IMPORT
    assert files.listing(EVERYWHERE) == []


def test_a_file_is_read_in_a_process_apart(imports: Imports) -> None:
    found = imports.read(MANAGER, workbook(ASH), "cases.xlsx")
    assert found.rows == ((2, ASH),) and found == sheet(workbook(ASH), "cases.xlsx")
    assert "is empty" in refusal(lambda: imports.read(MANAGER, b"", "none.csv"), NotCases)
    assert "no case below" in refusal(lambda: imports.read(MANAGER, csv(), "head.csv"), NotCases)


def test_a_case_brought_in_twice_under_one_id_is_begun_once(files: Casefiles) -> None:
    (case,) = planned(csv(ASH)).cases
    command = importing.identified(case, "c1")
    files.bring_in(MANAGER, command)
    assert "begun already" in refusal(lambda: files.bring_in(MANAGER, command))
    assert refusal(lambda: files.bring_in(OTHER_MANAGER, command)) == NOT_HERE
    files.run("c1", MANAGER, part(SECOND, "second_worker"))
    assert references(files, SECOND) == {"A1"}
