"""Items that people add, change one field at a time, remove and put back: the same for every subject that has some.

A subject describes its items as data: a pydantic model for each kind (types, limits, which fields are required), with the
words of its fields (:class:`About`), gathered in :class:`Collections`. Its own fold gives the events below to
:class:`Folding`, its own decide gives the commands below to :func:`decide`. A change names one field and what its sender
saw in it, so that two people who work on different fields never overwrite each other, and two who change the same field
are told (:class:`EditConflict`).
"""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from framework import dates
from framework.streams.kind import Refused
from framework.text import TEXT_LIMIT, clean, clean_text

LINE_LIMIT, ITEMS_LIMIT = 120, 2000
"""Characters of one line, and items of a kind that one stream holds (source: product)."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
SOMEBODY = "Somebody else"

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+$", max_length=40)]
Ids = tuple[Id, ...]
Name = Annotated[str, StringConstraints(min_length=1, max_length=LINE_LIMIT)]
Line = Annotated[str, StringConstraints(max_length=LINE_LIMIT)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]
"""A text that may not be empty."""
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


# ── What items are ───────────────────────────────────────────────────────────────────────────────────────────────────


class About(NamedTuple):
    """What sentences need to know of a field beside its type; stands in the field's annotation."""

    label: str = ""
    """What it is called within a sentence: "due date". Empty: its name."""
    options: Mapping[Any, str] | None = None
    """Of a choice: each value and its word."""
    looks: str = ""
    """What a value looks like: "a time such as 09:30"."""
    names: str = ""
    """The kind of item whose id it holds."""
    fixed: bool = False
    """Whether it stays as it was when the item was added."""


class Item(BaseModel):
    """One item. A kind of item is a subclass that sets `kind` to a literal with a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    kind: str

    @property
    def called(self) -> str:
        """What another item that names this one calls it."""
        return self.id


I = TypeVar("I", bound=Item)  # noqa: E741
A = TypeVar("A")
"""Of an event that is read: the kinds of item that the subject has."""


@dataclass(frozen=True, slots=True)
class Collection(Generic[I]):
    """All items of one kind."""

    model: type[I]
    noun: str
    """What one of them is called within a sentence."""
    prefix: str
    """What the ids given here begin with, before their number; may hold a field, as in "{phase}.L"."""

    @property
    def kind(self) -> str:
        return str(self.model.model_fields["kind"].default)

    def about(self, name: str) -> About:
        info = self.model.model_fields.get(name)
        return next((one for one in info.metadata if isinstance(one, About)), About()) if info else About()

    def label(self, name: str) -> str:
        """What a field is called within a sentence."""
        return self.about(name).label or name.replace("_", " ")

    def id_prefix(self, values: Mapping[str, Any]) -> str:
        """What the id of a new item of these values begins with."""
        return self.prefix.format_map(defaultdict(int, values))


class Collections:
    """The kinds of item that one subject has. `noun` is what holds them, within a sentence: "roll-out"."""

    def __init__(self, noun: str, *collections: Collection[Any]) -> None:
        self.noun = noun
        self.by_kind = {collection.kind: collection for collection in collections}

    def of(self, kind: str) -> Collection[Any]:
        """Raises Refused if there is no such kind."""
        if kind not in self.by_kind:
            raise Refused(f'There is no kind of entry "{kind}".')
        return self.by_kind[kind]


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────

UNSEEN: Any = object()
"""The caller did not say what was on the screen."""


@dataclass(frozen=True, slots=True)
class Add:
    """A new item. Its id is given here unless `values` brings one, as an import does."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one item; `seen` is what was on the screen, so that no one overwrites what they have not seen."""

    kind: str
    id: str
    field: str
    value: Any
    seen: Any = UNSEEN


@dataclass(frozen=True, slots=True)
class Remove:
    kind: str
    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    """Put an item back as it was when it was removed."""

    kind: str
    id: str


Command = Add | Change | Remove | Restore


class EditConflict(Refused):
    """Somebody else has changed the same field in the meantime. `theirs` is what it holds now."""

    def __init__(self, sentence: str, theirs: Any) -> None:
        super().__init__(sentence)
        self.theirs = theirs


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Added(_Event, Generic[A]):
    """A subject reads it as `Added[…]` of its own kinds of item, told apart by `kind`."""

    type: Literal["added"] = "added"
    item: A


class Changed(_Event):
    type: Literal["changed"] = "changed"
    kind: str
    id: str
    field: str
    value: Any


class Removed(_Event):
    type: Literal["removed"] = "removed"
    kind: str
    id: str
    reason: str = ""


class Restored(_Event):
    type: Literal["restored"] = "restored"
    kind: str
    id: str


Event = Added[Any] | Changed | Removed | Restored


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Edit(NamedTuple):
    """What somebody did to one field of an item, or to all of it at once (`field` is "")."""

    field: str
    before: Any
    """None where there was no item before: it was added or put back."""
    after: Any
    """None where there was no item any more: it was removed."""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Items:
    """The items of one stream. Treat the mappings as immutable.

    The `view` of a subject that hides an item or a field hides it in all of them, not only in `here`.
    """

    here: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Kind → id → item."""
    removed: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Those that were removed, as they last were."""
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Every id that an added item of a kind has ever had, so that no id is given twice."""
    edits: Mapping[tuple[str, str], tuple[Edit, ...]] = field(default_factory=dict)
    """Kind and id → what was done to the item, oldest first."""

    def of(self, kind: str) -> dict[str, Any]:
        """The items of a kind, by id."""
        return self.here.get(kind, {})

    def all(self, collection: Collection[I]) -> dict[str, I]:
        return self.of(collection.kind)

    def free_id(self, kind: str, prefix: str, taken: Several[str] = ()) -> str:
        """An id of this prefix that no item of the kind has, ever had, or is about to have (`taken`)."""
        given = self.given.get(kind, frozenset())
        number = len(given) + 1
        while (found := f"{prefix}{number}") in given or found in taken or found in self.of(kind):
            number += 1
        return found

    def history(self, kind: str, identifier: str, name: str) -> list[Edit]:
        """What was done to one field of an item, oldest first."""

        def of(item: Any) -> Any:
            return None if item is None else getattr(item, name)

        edits = self.edits.get((kind, identifier), ())
        return [
            edit if edit.field else edit._replace(field=name, before=of(edit.before), after=of(edit.after))
            for edit in edits
            if edit.field in ("", name)
        ]

    def last_by(self, kind: str, identifier: str, name: str) -> str:
        """Who changed a field last."""
        edits = self.history(kind, identifier, name)
        return edits[-1].by if edits else SOMEBODY


class Folding:
    """A private copy of items that events are applied to in place, so that folding thousands of them stays quick."""

    def __init__(self, items: Items) -> None:
        self._before = items
        self._here: dict[str, dict[str, Any]] = {}
        self._removed: dict[str, dict[str, Any]] = {}
        self._given: dict[str, set[str]] = {}
        self._edits: dict[tuple[str, str], list[Edit]] = {}

    def of(self, kind: str) -> dict[str, Any]:
        if kind not in self._here:
            self._here[kind] = dict(self._before.here.get(kind, {}))
            self._removed[kind] = dict(self._before.removed.get(kind, {}))
            self._given[kind] = set(self._before.given.get(kind, ()))
        return self._here[kind]

    def apply(self, event: Event, by: str, at: datetime) -> None:
        """Raises KeyError or pydantic's ValidationError if the event cannot be about these items."""
        match event:
            case Changed(kind=kind, id=identifier, field=name, value=value):
                before = self.of(kind)[identifier]
                after = self._here[kind][identifier] = with_field(before, name, value)
                self._note(after, Edit(name, getattr(before, name), getattr(after, name), by, at))
            case Added(item=item):
                self._put(item, by, at)
                self._given[item.kind].add(item.id)
            case Restored(kind=kind, id=identifier):
                self.of(kind)
                self._put(self._removed[kind][identifier], by, at)
            case Removed(kind=kind, id=identifier):
                if (gone := self.of(kind).pop(identifier, None)) is not None:
                    self._removed[kind][identifier] = gone
                    self._note(gone, Edit("", gone, None, by, at))

    def begin(self, item: Item) -> None:
        """An item that is there from the start of the stream: nobody added it."""
        self.of(item.kind)[item.id] = item

    def change(self, after: Item, names: tuple[str, ...], by: str, at: datetime) -> None:
        """An item with other values in these fields. For an event of the subject's own; :meth:`apply` for ours."""
        before = self.of(after.kind)[after.id]
        self._here[after.kind][after.id] = after
        for name in names:
            was, now = getattr(before, name), getattr(after, name)
            if was != now:
                self._note(after, Edit(name, was, now, by, at))

    def _put(self, item: Item, by: str, at: datetime) -> None:
        self.of(item.kind)[item.id] = item
        self._removed[item.kind].pop(item.id, None)
        self._note(item, Edit("", None, item, by, at))

    def _note(self, item: Item, edit: Edit) -> None:
        self._edits.setdefault((item.kind, item.id), []).append(edit)

    def done(self) -> Items:
        before = self._before
        edits = {one: (*before.edits.get(one, ()), *new) for one, new in self._edits.items()}
        return Items(
            {**before.here, **self._here},
            {**before.removed, **self._removed},
            {**before.given, **{kind: frozenset(ids) for kind, ids in self._given.items()}},
            {**before.edits, **edits},
        )


def with_field(item: I, name: str, value: Any) -> I:
    """The item with one field changed and checked. Raises pydantic's ValidationError."""
    return type(item).model_validate({**item.__dict__, name: value})


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(collections: Collections, items: Items, command: Command) -> list[Any]:
    """The events that a command leads to, none if it changes nothing. Raises Refused with a sentence for the user.

    What only the subject knows (rules between fields and between items) is for its own decide, before and after.
    """
    collection = collections.of(command.kind)
    match command:
        case Add(kind=kind, values=values):
            _there_is_room(collections, items, kind)
            return [Added(item=_new(collection, items, values))]
        case Change():
            return _change(collections, items, command)
        case Remove(kind=kind, id=identifier, reason=reason):
            known(collections, items, kind, identifier)
            return [Removed(kind=kind, id=identifier, reason=clean_text(reason, "the reason"))]
        case Restore(kind=kind, id=identifier):
            if identifier in items.of(kind):
                return []
            if identifier not in items.removed.get(kind, {}):
                raise Refused(f'No {collection.noun} "{identifier}" was removed from this {collections.noun}.')
            _there_is_room(collections, items, kind)
            return [Restored(kind=kind, id=identifier)]


def known(collections: Collections, items: Items, kind: str, identifier: str) -> Any:
    """An item that is there. Raises Refused if it is not."""
    item = items.of(kind).get(identifier)
    if item is None:
        noun = collections.by_kind[kind].noun if kind in collections.by_kind else "entry"
        raise Refused(f'There is no {noun} "{identifier}" in this {collections.noun} (any more).')
    return item


def _there_is_room(collections: Collections, items: Items, kind: str) -> None:
    if len(items.of(kind)) >= ITEMS_LIMIT:
        raise Refused(f"This {collections.noun} holds {ITEMS_LIMIT:,} entries of this kind; no more fit.")


def _new(collection: Collection[I], items: Items, values: Mapping[str, Any]) -> I:
    given = {name: cleaned(value) for name, value in values.items() if name != "kind"}
    if "id" not in given:
        given["id"] = items.free_id(collection.kind, collection.id_prefix(given))
    elif given["id"] in items.of(collection.kind):
        raise Refused(f'There is a {collection.noun} with the id "{given["id"]}" already.')
    try:
        return collection.model.model_validate(given)
    except ValidationError as error:
        raise Refused(_sentence(collection, error)) from None


def _change(collections: Collections, items: Items, command: Change) -> list[Event]:
    collection, name = collections.of(command.kind), command.field
    item, label = known(collections, items, command.kind, command.id), collection.label(name)
    if name in ("id", "kind"):
        raise Refused("An entry keeps its id.")
    if name not in collection.model.model_fields:
        raise Refused(f"This {label} cannot be changed here.")
    if collection.about(name).fixed:
        raise Refused(f"The {label} stays as it is. Remove the entry and add another.")
    try:
        after = with_field(item, name, cleaned(command.value))
        seen = command.seen
        if seen is not UNSEEN:
            seen = getattr(with_field(item, name, cleaned(seen)), name)
    except ValidationError as error:
        raise Refused(_sentence(collection, error)) from None
    now = getattr(item, name)
    if now == getattr(after, name):
        return []
    who, said = items.last_by(command.kind, command.id, name), shown(collection, items, name, now)
    refuse_conflict(f"the {label}", now, seen, who, said)
    stored = after.model_dump(mode="json")[name]
    return [Changed(kind=command.kind, id=command.id, field=name, value=stored)]


def refuse_conflict(what: str, now: Any, seen: Any, who: str, said: str) -> None:
    """Raises EditConflict if a field (`what`) no longer holds what the person saw, but what `who` put there (`said`)."""
    if seen is not UNSEEN and seen != now:
        raise EditConflict(f"{who} has changed {what} in the meantime; it now says: {said}.", now)


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def cleaned(value: Any) -> Any:
    """What a person gave, with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    return tuple(map(cleaned, value)) if isinstance(value, list | tuple) else value


def shown(collection: Collection[Any], items: Items, name: str, value: Any) -> str:
    """A field's value for a reader."""
    about = collection.about(name)
    if about.names and value in items.of(about.names):
        return str(items.of(about.names)[value].called)
    if about.options and value in about.options:
        return said(about.options[value])
    return said(value)


def said(value: Any) -> str:
    """A value for a reader: a text in quotation marks, its first 200 characters."""
    if value in ("", None, ()):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, date):
        return dates.uk(value)
    text = str(value)
    return f"“{text[:200]}{'…' if len(text) > 200 else ''}”"


def _sentence(collection: Collection[Any], error: ValidationError) -> str:
    """pydantic's first complaint, as a sentence for the user."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    label, given, about = collection.label(name), first.get("input"), collection.about(name)
    annotation = collection.model.model_fields[name].annotation if name in collection.model.model_fields else None
    if first["type"] == "extra_forbidden":
        return f'A {collection.noun} has no "{name}".'
    if first["type"] in ("missing", "string_too_short") or given is None:
        return f"Please give the {label} of the {collection.noun}."
    if first["type"] == "string_too_long":
        return f"Please shorten the {label}: it has {len(given):,} characters, and {first['ctx']['max_length']:,} fit."
    if first["type"].startswith("date") or "date" in str(annotation):
        return f'{label.capitalize()}: "{given}" is not a date between 2000 and 2100, such as 24/11/2026.'
    if first["type"].startswith("bool"):
        return f'{label.capitalize()}: "{given}" is neither yes nor no.'
    if first["type"] == "literal_error":
        offered = about.options.values() if about.options else get_args(annotation)
        return f'{label.capitalize()}: "{given}" is not one of: {", ".join(offered)}.'
    if about.looks:
        return f'{label.capitalize()}: "{given}" is not {about.looks}.'
    return f'{label.capitalize()}: "{given}" cannot be used.'
