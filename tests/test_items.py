"""Protects: items of any subject are added, changed, removed and put back with nothing lost, nothing overwritten unseen.

The subject here is made up: a diary of visits, of which the engine knows no more than its description says.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter

from framework import items
from framework.items import (
    ITEMS_LIMIT,
    SOMEBODY,
    About,
    Add,
    Added,
    Change,
    Changed,
    Collection,
    Collections,
    Day,
    EditConflict,
    Folding,
    Item,
    Items,
    Name,
    Remove,
    Removed,
    Restore,
    Restored,
    Text,
)
from framework.streams.door import Door, Outage
from framework.streams.kind import Actor, Context, Happened, Kind, Refused, allowed, tagged, unhidden
from framework.streams.store import Store

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
WORKED = {"seen": "Everybody was seen", "nobody_in": "Nobody was in"}


class Visit(Item):
    kind: Literal["visit"] = "visit"
    on: Annotated[Day, About("date")]
    note: Text = ""
    by: Annotated[str, About("visitor", names="visitor")] = ""
    outcome: Annotated[Literal["", "seen", "nobody_in"], About(options=WORKED)] = ""
    announced: Annotated[bool, About("mark as announced")] = False
    rooms: tuple[str, ...] = ()
    place: Annotated[str, About(fixed=True)] = "home"
    code: Annotated[str, Field(pattern=r"^\d*$"), About("door code", looks="a row of digits such as 1234")] = ""


class Visitor(Item):
    kind: Literal["visitor"] = "visitor"
    name: Name

    @property
    def called(self) -> str:
        return self.name


KINDS = Collections("diary", Collection(Visit, "visit", "v"), Collection(Visitor, "visitor", "w"))
Event = Added[Annotated[Visit | Visitor, Field(discriminator="kind")]] | Changed | Removed | Restored


@dataclass(frozen=True)
class Diary:
    version: int = 0
    items: Items = field(default_factory=Items)


def fold(happened: Iterable[Happened], start: Diary) -> Diary:
    folding, version = Folding(start.items), start.version
    for event, by, at in happened:
        folding.apply(event, by, at)
        version += 1
    return replace(start, items=folding.done(), version=version)


def decide(diary: Diary, command: items.Command, context: Context[None]) -> list[Any]:
    return items.decide(KINDS, diary.items, command)


DIARY: Kind[Diary, items.Command, None] = Kind(
    name="diary",
    noun="diary",
    empty=Diary(),
    stored=tagged(TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])),
    fold=fold,
    decide=decide,
    may=allowed,
    view=unhidden,
    title=lambda diary: "Visits",
)


class Desk:
    """A diary to try commands on; a minute passes with each."""

    def __init__(self) -> None:
        self.diary, self.now = Diary(), NOON
        self.log: list[Happened] = []

    def do(self, command: items.Command, by: str = "Ada") -> Items:
        self.now += timedelta(minutes=1)
        new = [Happened(e, by, self.now) for e in decide(self.diary, command, Context(Actor(by), self.now, None))]
        # What is folded has been written and read, as by another process.
        written = [DIARY.stored.write(one.event) for one in new]
        read = [one._replace(event=event) for one, event in zip(new, DIARY.stored.read(written), strict=True)]
        assert read == new
        self.diary = fold(read, self.diary)
        self.log += read
        return self.diary.items

    def refused(self, command: items.Command) -> str:
        before = self.diary
        with pytest.raises(Refused) as error:
            self.do(command)
        assert self.diary == before
        return str(error.value)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.do(Add("visit", {"on": DAY}))
    return desk


# ── Properties ───────────────────────────────────────────────────────────────────────────────────────────────────────

FIELDS = {
    "on": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    "note": st.sampled_from(["", "Spoke with Mum.", "  Played\x00 outside. "]),
    "by": st.sampled_from(["", "w1", "w2"]),
    "outcome": st.sampled_from(["", "seen", "nobody_in"]),
    "announced": st.booleans(),
    "rooms": st.lists(st.sampled_from(["kitchen", "garden"]), max_size=2).map(tuple),
}
changes = st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), FIELDS[name]))
values = st.fixed_dictionaries({"on": FIELDS["on"]}, optional={k: v for k, v in FIELDS.items() if k != "on"})
which = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), values),
        st.tuples(st.just("add with id"), which, values),
        st.tuples(st.just("change"), which, changes),
        st.tuples(st.just("remove"), which),
        st.tuples(st.just("restore"), which),
    ),
    max_size=25,
)


def command_of(step: tuple[Any, ...], now: Items) -> items.Command | None:
    """What a step comes to as things stand; None if there is nothing that it could be about."""
    match step:
        case ("add", given_values):
            return Add("visit", given_values)
        case ("add with id", number, given_values):
            return (
                Add("visit", {**given_values, "id": f"v{number + 1}"})
                if f"v{number + 1}" not in now.of("visit")
                else None
            )
        case ("restore", number):
            gone = sorted(now.removed.get("visit", {}))
            return Restore("visit", gone[number % len(gone)]) if gone else None
    here = sorted(now.of("visit"))
    if not here:
        return None
    identifier = here[step[1] % len(here)]
    return Remove("visit", identifier, "Test") if step[0] == "remove" else Change("visit", identifier, *step[2])


@given(steps)
def test_the_history_of_every_field_is_complete(taken: list[tuple[Any, ...]]) -> None:
    """It begins with nothing, each change begins where the one before ended, and it ends with what is there now."""
    desk, ever = Desk(), set[str]()
    for number, step in enumerate(taken):
        if command := command_of(step, desk.diary.items):
            ever |= desk.do(command, by=f"Person {number}").of("visit").keys()
    now = desk.diary.items
    for identifier in ever:
        for name in Visit.model_fields:
            edits = now.history("visit", identifier, name)
            assert edits[0].before is None
            assert [edit.before for edit in edits[1:]] == [edit.after for edit in edits[:-1]]
            item = now.of("visit").get(identifier)
            assert edits[-1].after == (None if item is None else getattr(item, name))
    told = sorted((edit.at, edit.by) for edits in now.edits.values() for edit in edits)
    assert told == [(one.at, one.actor) for one in desk.log], "each event is told once, with who and when"


@given(steps)
def test_no_id_is_given_twice(taken: list[tuple[Any, ...]]) -> None:
    desk, ever = Desk(), set[str]()
    for step in taken:
        command, before = command_of(step, desk.diary.items), set(desk.diary.items.of("visit"))
        if command is None:
            continue
        new = desk.do(command).of("visit").keys() - before
        assert step[0] != "add" or not new & ever
        ever |= new


@given(steps, which)
def test_what_is_removed_and_put_back_is_the_same(taken: list[tuple[Any, ...]], number: int) -> None:
    desk = Desk()
    desk.do(Add("visit", {"on": DAY, "note": "The first"}))
    for step in taken:
        if command := command_of(step, desk.diary.items):
            desk.do(command)
    before = desk.diary.items
    if not before.of("visit"):
        return
    identifier = sorted(before.of("visit"))[number % len(before.of("visit"))]
    assert identifier not in desk.do(Remove("visit", identifier)).of("visit")
    after = desk.do(Restore("visit", identifier))
    assert (after.here, after.removed, after.given) == (before.here, before.removed, before.given)
    assert [edit.after for edit in after.edits["visit", identifier][-2:]] == [None, before.of("visit")[identifier]]


@given(changes, changes)
def test_two_who_change_the_same_field_from_the_same_base_conflict_and_no_others(
    one: tuple[str, Any], other: tuple[str, Any]
) -> None:
    desk = Desk()
    desk.do(Add("visitor", {"name": "Wilf"}))
    base = desk.do(Add("visit", {"on": DAY})).of("visit")["v1"]
    (first, mine), (second, theirs) = one, other
    middle = desk.do(Change("visit", "v1", first, mine, getattr(base, first)), by="Ben").of("visit")["v1"]
    late = Change("visit", "v1", second, theirs, getattr(base, second))
    wanted = getattr(items.with_field(base, second, items.cleaned(theirs)), second)
    if first == second and getattr(middle, first) not in (getattr(base, first), wanted):
        with pytest.raises(EditConflict, match=r"^Ben has changed the ") as conflict:
            desk.do(late, by="Cat")
        assert conflict.value.theirs == getattr(middle, first)
        assert desk.diary.items.of("visit")["v1"] == middle
        late = replace(late, seen=getattr(middle, second))  # whoever has seen it may put theirs there
    after = desk.do(late, by="Cat").of("visit")["v1"]
    assert getattr(after, second) == wanted
    assert first == second or getattr(after, first) == getattr(middle, first)


# ── Through a door ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_process_reads_the_same_items_with_the_same_history(store: Store) -> None:
    def door() -> Door[Diary, items.Command, None]:
        return Door(DIARY, store, lambda diary: None, lambda: NOON, Outage())

    ada, ben, here = Actor("Ada"), Actor("Ben"), door()
    here.run("d", ada, Add("visitor", {"name": "Wilf"}))
    here.run("d", ada, Add("visit", {"on": DAY, "by": "w1"}))
    here.run("d", ada, Change("visit", "v1", "note", "Spoke with Mum.", ""))
    there = door()
    with pytest.raises(
        EditConflict, match=r"^Ada has changed the note in the meantime; it now says: “Spoke with Mum.”.$"
    ):
        there.run("d", ben, Change("visit", "v1", "note", "Nobody in.", ""))
    there.run("d", ben, Change("visit", "v1", "outcome", "seen", ""))
    there.run("d", ben, Remove("visit", "v1", "Another day"))
    last = here.run("d", ada, Restore("visit", "v1"))
    assert last.items.of("visit")["v1"] == Visit(id="v1", on=DAY, by="w1", note="Spoke with Mum.", outcome="seen")
    assert door().state("d") == last and last.version == 6
    assert [(edit.before, edit.after, edit.by, edit.at) for edit in last.items.history("visit", "v1", "outcome")] == [
        (None, "", "Ada", NOON),
        ("", "seen", "Ben", NOON),
        ("seen", None, "Ben", NOON),
        (None, "seen", "Ada", NOON),
    ]


# ── What is refused, and in which words ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Please give the date of the visit."),
        (
            {"on": "31/02/2026"},
            'Date: "31/02/2026" is not a date between 2000 and 2100, such as 24/11/2026.',
        ),
        ({"on": DAY, "note": "x" * 4001}, "Please shorten the note: it has 4,001 characters, and 4,000 fit."),
        ({"on": DAY, "outcome": "ok"}, 'Outcome: "ok" is not one of: Everybody was seen, Nobody was in.'),
        ({"on": DAY, "announced": "often"}, 'Mark as announced: "often" is neither yes nor no.'),
        ({"on": DAY, "code": "abc"}, 'Door code: "abc" is not a row of digits such as 1234.'),
        ({"on": DAY, "weather": "fine"}, 'A visit has no "weather".'),
        ({"on": DAY, "id": "v1"}, 'There is a visit with the id "v1" already.'),
        ({"on": DAY, "id": "a b"}, 'Id: "a b" cannot be used.'),
    ],
)
def test_what_cannot_be_added_is_said_in_the_words_of_the_field(desk: Desk, values: dict, sentence: str) -> None:
    assert desk.refused(Add("visit", values)) == sentence


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (Add("goal", {}), 'There is no kind of entry "goal".'),
        (Change("goal", "g1", "note", ""), 'There is no kind of entry "goal".'),
        (Change("visit", "v9", "note", "x"), 'There is no visit "v9" in this diary (any more).'),
        (Change("visit", "v1", "weather", "x"), "This weather cannot be changed here."),
        (Change("visit", "v1", "id", "v2"), "An entry keeps its id."),
        (Change("visit", "v1", "place", "school"), "The place stays as it is. Remove the entry and add another."),
        (Change("visit", "v1", "on", None), "Please give the date of the visit."),
        (Remove("visit", "v9"), 'There is no visit "v9" in this diary (any more).'),
        (Remove("visit", "v1", "x" * 4001), "Please shorten the reason: it has 4,001 characters, and 4,000 fit."),
        (Restore("visit", "v9"), 'No visit "v9" was removed from this diary.'),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, command: items.Command, sentence: str) -> None:
    assert desk.refused(command) == sentence


def test_what_changes_nothing_is_no_event(desk: Desk) -> None:
    desk.do(Change("visit", "v1", "note", "Spoke with Mum."))
    before = desk.diary.version
    desk.do(Change("visit", "v1", "note", " Spoke with Mum. ", "not what is there"))
    desk.do(Restore("visit", "v1"))
    assert desk.diary.version == before


def test_a_conflict_names_who_an_id_stands_for_and_the_word_of_a_choice(desk: Desk) -> None:
    desk.do(Add("visitor", {"name": "Wilf"}))
    for name, value, said in [
        ("by", "w1", "Wilf"),
        ("outcome", "seen", "“Everybody was seen”"),
        ("on", date(2026, 12, 1), "1 December 2026"),
        ("announced", True, "yes"),
        ("rooms", ("kitchen", "garden"), "kitchen, garden"),
        ("note", "n" * 300, f"“{'n' * 200}…”"),
    ]:
        seen = getattr(desk.diary.items.of("visit")["v1"], name)
        desk.do(Change("visit", "v1", name, value, seen), by="Ben")
        other = {"on": date(2027, 1, 1), "announced": False, "rooms": ()}.get(name, "")
        said_now = desk.refused(Change("visit", "v1", name, other, "w2" if name == "by" else _another(name)))
        assert said_now.startswith("Ben has changed the ") and said_now.endswith(
            f" in the meantime; it now says: {said}."
        )


def _another(name: str) -> Any:
    """Something else that the sender may have seen in a field."""
    return {"on": date(2020, 1, 1), "announced": False, "rooms": ("hall",), "outcome": "nobody_in"}.get(name, "before")


def test_no_more_items_than_fit(desk: Desk) -> None:
    folding = Folding(desk.diary.items)
    for number in range(2, ITEMS_LIMIT + 2):
        folding.apply(Added(item=Visit(id=f"v{number}", on=DAY)), "Ada", NOON)
    folding.apply(Removed(kind="visit", id="v1"), "Ada", NOON)
    desk.diary = replace(desk.diary, items=folding.done())
    for command in (Add("visit", {"on": DAY}), Restore("visit", "v1")):
        assert desk.refused(command) == "This diary holds 2,000 entries of this kind; no more fit."


def test_an_item_that_was_there_from_the_start_has_a_history_from_its_first_change() -> None:
    folding = Folding(Items())
    folding.begin(Visit(id="first", on=DAY))
    before = folding.done()
    assert before.last_by("visit", "first", "note") == SOMEBODY and before.history("visit", "first", "note") == []
    folding = Folding(before)
    folding.apply(Changed(kind="visit", id="first", field="note", value="x"), "Ada", NOON)
    assert folding.done().history("visit", "first", "note") == [items.Edit("note", "", "x", "Ada", NOON)]
    assert before.of("visit")["first"].note == "", "what was folded before is not changed"
