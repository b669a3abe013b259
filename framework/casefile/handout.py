"""Everything that is held about one child, to be handed out: in order of time, readable, with what was left out and why.

Source of what each item carries: the practice of answering subject access requests (whose data it is, where it comes from, whether
somebody else or a court has a say in it). Reasons for leaving something out: content/law/handout.toml.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from framework import dates, documents, loading
from framework.casefile.model import CHILD, KINDS, OUTCOMES, PARTS, SORTS, WHOM, Casefile, Entry, when_words
from framework.casefile.readers import Read
from framework.items import Edit, Item, said, shown
from framework.loading import Id, LoadingError, Text

PATH = Path(__file__).parent.parent / "content" / "law" / "handout.toml"
TEMPLATE = Path(__file__).parent / "handout.typ"

# ── Why something is left out ────────────────────────────────────────────────────────────────────────────────────────


class HandoutError(LoadingError):
    """The file of reasons cannot be used: says which key and why."""


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Source(_Content):
    id: Id
    citation: Text


class Reason(_Content):
    """Why something is left out."""

    id: Id
    label: Text
    text: Text
    """As it stands in the document."""
    source: Text
    provenance: Literal["published", "to_check", "product"]


class Reasons(_Content):
    checked_on: date
    source: tuple[_Source, ...]
    reason: Annotated[tuple[Reason, ...], Field(min_length=1)]
    always: tuple[Reason, ...]
    """Of what is never handed out, by its mark."""

    def citation(self, source: str) -> str:
        return next(one.citation for one in self.source if one.id == source)

    def said(self, reason: Reason) -> str:
        return f"{reason.text} ({self.citation(reason.source)}.)"


@lru_cache(maxsize=1)
def reasons() -> Reasons:
    """Raises HandoutError."""
    table = loading.parse(loading.read(PATH, HandoutError), PATH, HandoutError)
    return loading.validate(Reasons, table, PATH, HandoutError, _problems)


def _problems(made: Reasons) -> Iterable[tuple[str, str]]:
    known = {one.id for one in made.source}
    for one in (*made.reason, *made.always):
        if one.source not in known:
            yield f'"{one.id}" → source', f"names “{one.source}”, which is none of the sources"
    if missing := {"legal_advice", "court"} - {one.id for one in made.always}:
        yield "always", f"“{min(missing)}” is missing"


# ── What is held ─────────────────────────────────────────────────────────────────────────────────────────────────────

KNOWN, TIME, READ = "What is known", "In order of time", "Who read the case"


class Held(NamedTuple):
    """One thing that is held about the child."""

    key: str
    """Tells it from all others of the case: "entry/e3"."""
    part: str
    """Under which heading it stands."""
    what: str
    """The kind of thing: "Chronology: return home"."""
    lines: tuple[tuple[str, str], ...]
    """What it says, as pairs of a label and a text."""
    at: datetime | None
    """When the record got it; None where nobody wrote that down."""
    day: str = ""
    """When it happened, as far as that is known ("2026", "2026-11", "2026-11-24"): sorts it. "": no day."""
    when: str = ""
    """The same in words; a period with its end."""
    source: str = ""
    """Where it comes from."""
    about: tuple[str, ...] = ("The child",)
    """Whose data it is, in words."""
    third_party: bool = False
    legal_advice: bool = False
    court: bool = False
    written: tuple[str, ...] = ()
    """Who wrote, changed and removed it, and when."""

    @property
    def restricted(self) -> str:
        """The mark for which it is left out of every hand-out; "": none."""
        return "legal_advice" if self.legal_advice else "court" if self.court else ""


class LeftOut(NamedTuple):
    """What stands in the place of an item that is left out: nothing of it but where it stood."""

    item: Held
    why: str


def held(state: Casefile, reads: Sequence[Read], more: Sequence[Held], names: Mapping[str, str]) -> list[Held]:
    """All that is held, what has no day first, then in order of time, then who read it.

    `more` is what other subjects hold of the child, as meetings. `names` gives the names of people.
    """
    found = [_item(state, kind, item, names) for kind in KINDS.by_kind for item in _all(state, kind)]
    found += [*_standing(state, names), *more]
    found.sort(key=lambda one: (one.part != KNOWN, one.day, one.at.isoformat() if one.at and one.day else ""))
    return [*found, *(_read(number, one, names) for number, one in enumerate(reads, start=1))]


def _all(state: Casefile, kind: str) -> list[Item]:
    """The items of a kind, also those that were removed: they are held, too."""
    return [*state.of(kind).values(), *state.items.removed.get(kind, {}).values()]


_ABOUT: dict[str, tuple[tuple[str, ...], bool]] = {
    "child": (("The child",), False),
    "status": (("The child",), False),
    "home": (("A parent", "The child"), True),
    "adult": (("Another adult",), True),
    "parent": (("A parent",), True),
    "sibling": (("Another child",), True),
    "worker": (("A professional",), False),
    "document": (("The child",), False),
    "block": (("Another adult",), True),
}
"""Kind of item → whom it is about, and whether it is somebody else's data. An entry of the chronology says both itself."""
_OWN_PLACE = frozenset({"id", "kind", "about", "third_party", "legal_advice", "court", "source"})
"""Fields that do not stand among the lines, since they have a place of their own."""
_IN_THE_HEADING = {
    "entry": frozenset({"since", "until", "goes_on", "sort"}),
    "status": frozenset({"since", "until"}),
    "document": frozenset({"on"}),
}
_HEADINGS = {
    "child": "The child",
    "block": "Somebody who is kept out of the case",
    "adult": "Adult in a home that is considered",
}


def _item(state: Casefile, kind: str, item: Item, names: Mapping[str, str]) -> Held:
    collection = KINDS.of(kind)
    about, third_party = _ABOUT.get(kind, (("The child",), False))
    if isinstance(item, Entry):
        about = tuple(WHOM[one] for one in item.about)
    day, when = _when(kind, item)
    edits = state.items.edits.get((kind, item.id), ())
    gone = " (removed)" if item.id not in state.of(kind) else ""
    lines = [
        (_capital(collection.label(name)), _value(state, kind, name, value, names))
        for name, value in item
        if name not in _OWN_PLACE | _IN_THE_HEADING.get(kind, frozenset()) and value not in ("", None, (), False)
    ]
    return Held(
        key=f"{kind}/{item.id}",
        part=TIME if day else KNOWN,
        what=(SORTS[item.sort] if isinstance(item, Entry) else _HEADINGS.get(kind, _capital(collection.noun))) + gone,
        lines=tuple(lines),
        at=edits[0].at if edits else state.begun_at,
        day=day,
        when=when,
        source=getattr(item, "source", "") or "Written in Homeward",
        about=about,
        third_party=third_party or getattr(item, "third_party", False),
        legal_advice=getattr(item, "legal_advice", False),
        court=getattr(item, "court", False),
        written=_written(state, kind, item, edits, names),
    )


def _when(kind: str, item: Any) -> tuple[str, str]:
    """(what it is sorted by, in words); ("", "") for what has no day."""
    if kind == "entry":
        ends = f" to {when_words(item.until)}" if item.until else " and still going on" if item.goes_on else ""
        return item.since, when_words(item.since) + ends
    if kind == "status":
        return item.since.isoformat(), f"From {dates.uk(item.since)}" + (
            f" to {dates.uk(item.until)}" if item.until else ""
        )
    if kind == "document" and item.on:
        return item.on.isoformat(), dates.uk(item.on)
    return "", ""


def _value(state: Casefile, kind: str, name: str, value: Any, names: Mapping[str, str]) -> str:
    """A value for a reader, whole: what :func:`framework.items.shown` says of it, without quotation marks or a limit."""
    collection = KINDS.of(kind)
    if isinstance(value, str) and collection.about(name).options is None and not collection.about(name).names:
        if name == "person":
            return names.get(value, value)
        return when_words(value) if name in ("since", "until", "birth") and value else value or said(value)
    return shown(collection, state.items, name, value).strip("“”")


def _written(
    state: Casefile, kind: str, item: Item, edits: Sequence[Edit], names: Mapping[str, str]
) -> tuple[str, ...]:
    """One line for each thing that somebody did to it; what a field said before stands there, too: it is still held."""
    if not edits or item.id == CHILD:
        begun = [_by("Begun", state.begun_by, state.begun_at, names)] if state.begun_at and item.id == CHILD else []
        return (*begun, *(_edited(state, kind, one, names) for one in edits))
    return tuple(_edited(state, kind, one, names) for one in edits)


def _edited(state: Casefile, kind: str, edit: Edit, names: Mapping[str, str]) -> str:
    if not edit.field:
        verb = "Written" if edit.before is None else "Removed"
        return _by(verb, edit.by, edit.at, names)
    label = KINDS.of(kind).label(edit.field)
    before = _value(state, kind, edit.field, edit.before, names) if edit.before not in ("", None, ()) else "empty"
    return _by(f"{_capital(label)} changed; it was: {before};", edit.by, edit.at, names)


def _by(verb: str, who: str, at: datetime | None, names: Mapping[str, str]) -> str:
    return f"{verb} by {names.get(who) or 'somebody without a sign-in'}{f', {dates.uk_time(at)}' if at else ''}"


def _standing(state: Casefile, names: Mapping[str, str]) -> list[Held]:
    """The times that the case was closed and reopened, and that the glass was broken."""

    def one(key: str, at: datetime, what: str, *lines: tuple[str, str], by: str) -> Held:
        day = dates.local(at).date()
        shown_lines = tuple((label, text) for label, text in lines if text)
        return Held(
            f"{key}/{at.isoformat()}", TIME, what, shown_lines, at, day.isoformat(), dates.uk(day), "Written in Homeward",
            written=(_by("Written", by, at, names),),
        )  # fmt: skip

    closings = [*(again.closing for again in state.reopened), *([state.closed] if state.closed else [])]
    found = [
        one(
            "closed",
            c.at,
            "Case closed",
            ("Outcome", OUTCOMES[c.outcome]),
            ("On", dates.uk(c.on)),
            ("Words on it", c.words),
            by=c.by,
        )
        for c in closings
    ]
    found += [one("reopened", r.at, "Case reopened", ("Reason", r.reason), by=r.by) for r in state.reopened]
    found += [
        one(
            "glass",
            g.at,
            "Opened by somebody without a part in it",
            ("Who", names.get(g.person, g.person)),
            ("Reason", g.reason),
            by=g.person,
        )
        for g in state.glass
    ]
    return found


def _read(number: int, read: Read, names: Mapping[str, str]) -> Held:
    parts = ", ".join(
        PARTS[part].lower() for part in PARTS if part in read.parts
    )  # the glass stands out by its own line
    lines = [
        ("What", read.what),
        ("As", parts),
        ("Why", read.why),
        ("Note", "Had broken the glass" if read.stands_out else ""),
    ]
    day = dates.local(read.at).date()
    return Held(
        key=f"read/{number}",
        part=READ,
        what=names.get(read.person) or "Somebody without a sign-in",
        lines=tuple((label, text) for label, text in lines if text),
        at=read.at,
        day=day.isoformat(),
        when=dates.uk_time(read.at),
        source="The log of who read the case",
        about=("A professional",),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ── What is handed out ───────────────────────────────────────────────────────────────────────────────────────────────


def apart(items: Sequence[Held], left_out: Mapping[str, str]) -> tuple[list[Held], dict[str, LeftOut]]:
    """(all items, key → what is left out and why). What is marked as legal advice or a court's is left out whatever anybody chose."""
    always = {one.id: reasons().said(one) for one in reasons().always}
    gone = {
        one.key: LeftOut(one, always[one.restricted] if one.restricted else left_out[one.key])
        for one in items
        if one.restricted or one.key in left_out
    }
    return list(items), gone


class About(NamedTuple):
    """What the document says of itself."""

    reference: str
    called: str
    invented: bool
    to: str
    """To whom it is handed out; "" of a draft."""
    at: datetime
    by: str
    authority: str = ""


def data(about: About, items: Sequence[Held], left_out: Mapping[str, str]) -> dict[str, Any]:
    """The hand-out as data, for JSON. An item that is left out has its heading, its day if it has one, and why."""
    whole, gone = apart(items, left_out)
    return {
        "title": f"What is held about {about.called}",
        "reference": about.reference,
        "invented": about.invented,
        "authority": about.authority,
        "handed_out_to": about.to,
        "handed_out_by": about.by,
        "made": dates.local(about.at).isoformat(timespec="minutes"),
        "held": len(whole),
        "left_out": len(gone),
        "items": [_left_out(gone[one.key]) if one.key in gone else _shown(one) for one in whole],
    }


def _shown(one: Held) -> dict[str, Any]:
    return {
        "part": one.part,
        "what": one.what,
        "day": one.day,
        "when": one.when,
        "says": [{"label": label, "text": text} for label, text in one.lines],
        "source": one.source,
        "about": list(one.about),
        "about_somebody_else": one.third_party,
        "court": one.court,
        "written": list(one.written),
        "left_out": None,
    }


def _left_out(gone: LeftOut) -> dict[str, Any]:
    """Without a day of its own where the day would tell: the year alone says where it stood."""
    return {"part": gone.item.part, "day": gone.item.day[:4], "left_out": gone.why}


def as_json(made: Mapping[str, Any]) -> bytes:
    return json.dumps(made, ensure_ascii=False, indent=2).encode()


def digest(made: Mapping[str, Any]) -> str:
    """SHA-256 of what was handed out: says later whether a copy is what was given."""
    return hashlib.sha256(as_json(made)).hexdigest()


def pdf(made: Mapping[str, Any]) -> bytes:
    """The hand-out as a tagged PDF (PDF/UA-1). Raises DocumentFailed."""
    at = datetime.fromisoformat(made["made"])
    return documents.pdf(TEMPLATE, {**made, "made": dates.uk_time(at)})
