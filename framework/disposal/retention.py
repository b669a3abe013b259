"""How long a case is kept: classes as data (content/law/retention.toml), and what is due on a day, with why.

Nothing is ever disposed of because it is due: :mod:`framework.disposal.deciding` has who decides that.
"""

import os
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from framework import dates, loading
from framework.casefile.reading import birthday
from framework.loading import Id, LoadingError, Text

PATH = Path(__file__).parent.parent / "content" / "law" / "retention.toml"
OWN = "HOMEWARD_RETENTION"
"""The variable that names the authority's own file of classes."""
GROWN_UP = 18
"""Whoever dies before this birthday has the class of those who died (SI 2010/959, regulation 50)."""
NEEDED = ("looked_after", "died", "edge", "invented")
"""The classes that :func:`class_of` gives by itself."""

Provenance = Literal["published", "to_check", "product", "authority"]
""" "authority": the authority's own file says so."""
Years = Annotated[int, Field(strict=True, ge=0, le=150)]


class RetentionError(LoadingError):
    """A file of classes that cannot be used: says which file, which key and why."""


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Content):
    id: Id
    citation: Text
    version: str = ""


class Class(_Content):
    """A class of cases that are kept equally long."""

    id: Id
    label: Text
    rule: Literal["birthday", "death", "closed"]
    """From what the years are counted."""
    years: Years | None = None
    """None: never due."""
    local: Annotated[bool, Field(strict=True)] = False
    """Whether the authority sets it, not the law."""
    chosen: Annotated[bool, Field(strict=True)] = False
    """Whether a case is only of this class if a records manager says so."""
    source: Text
    provenance: Provenance
    note: str = ""


class Ground(_Content):
    """Why a case may be disposed of."""

    id: Id
    label: Text
    about: Text
    before_due: Annotated[bool, Field(strict=True)] = False
    source: Text
    provenance: Provenance


class Retention(_Content):
    checked_on: date
    source: tuple[Source, ...]
    class_: Annotated[tuple[Class, ...], Field(alias="class", min_length=1)]
    ground: Annotated[tuple[Ground, ...], Field(min_length=1)]

    @property
    def classes(self) -> dict[str, Class]:
        return {one.id: one for one in self.class_}

    @property
    def grounds(self) -> dict[str, Ground]:
        return {one.id: one for one in self.ground}

    def citation(self, source: str) -> str:
        return next((one.citation for one in self.source if one.id == source), source)


class _OwnClass(_Content):
    """What an authority says of a class: its own, or one that is local in ours. Its source is the authority's schedule."""

    id: Id
    label: str = ""
    rule: Literal["birthday", "closed"] = "birthday"
    years: Years
    source: Text


class _Own(_Content):
    class_: Annotated[tuple[_OwnClass, ...], Field(alias="class", min_length=1)]


# ── Loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _problems(made: Retention) -> Iterator[tuple[str, str]]:
    sources = {one.id for one in made.source}
    sourced: list[Class | Ground] = [*made.class_, *made.ground]
    for one in sourced:
        if one.source not in sources:
            yield f'"{one.id}" → source', f"names “{one.source}”, which is none of the sources"
    for needed in NEEDED:
        if needed not in made.classes:
            yield "class", f"“{needed}” is missing"
    if "due" not in made.grounds:
        yield "ground", "“due” is missing"


def given() -> Retention:
    """The classes of this authority: ours, with those of the file that HOMEWARD_RETENTION names. Raises RetentionError."""
    own = os.environ.get(OWN, "").strip()
    return load(Path(own) if own else None)


@lru_cache(maxsize=8)
def load(own: Path | None = None) -> Retention:
    """Our classes, with those of an authority's own file. Raises RetentionError."""
    table = loading.parse(loading.read(PATH, RetentionError), PATH, RetentionError)
    ours = loading.validate(Retention, table, PATH, RetentionError, _problems)
    if own is None:
        return ours
    theirs = loading.validate(
        _Own, loading.parse(loading.read(own, RetentionError), own, RetentionError), own, RetentionError
    )
    classes = ours.classes
    for one in theirs.class_:
        classes[one.id] = _with(classes.get(one.id), one, own)
    return ours.model_copy(update={"class_": tuple(classes.values())})


def _with(ours: Class | None, theirs: _OwnClass, file: Path) -> Class:
    if ours and not ours.local:
        raise RetentionError(
            f"{file}: class → “{theirs.id}”: the law sets this class, so it cannot be set here. Give a class a name of its own, or set "
            "one that is local."
        )
    if not ours and not theirs.label.strip():
        raise RetentionError(f"{file}: class → “{theirs.id}” → label: is missing.")
    label = theirs.label.strip() or (ours.label if ours else "")
    return Class(
        id=theirs.id,
        label=label,
        rule=theirs.rule,
        years=theirs.years,
        local=True,
        chosen=ours.chosen if ours else True,
        source=theirs.source,
        provenance="authority",
    )


# ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Facts(NamedTuple):
    """What the time depends on, of one case."""

    birth: date | None
    looked_after: bool
    """Ever."""
    closed_on: date | None
    """None: the case is open."""
    invented: bool
    died_on: date | None = None
    chosen: str = ""
    """The class that a records manager chose; "": none."""


class Kept(NamedTuple):
    """How long a case is kept, and why."""

    class_: Class
    until: date | None
    """The last day of it; None: no day can be worked out, and so it is not due."""
    why: str
    """A sentence."""

    def is_due(self, day: date) -> bool:
        return self.until is not None and self.until < day

    @property
    def in_years(self) -> str:
        """The same without a day, for what outlives the case: a day would tell the date of birth."""
        return (
            f"{self.class_.label}: kept to {self.until.year}."
            if self.until
            else f"{self.class_.label}: no time is set."
        )


def class_of(facts: Facts, retention: Retention) -> Class:
    """The class of a case. A death before 18 comes first, then what was chosen, then whether the child was ever looked after."""
    classes = retention.classes
    if facts.invented:
        return classes["invented"]
    if facts.died_on and facts.birth and facts.died_on < birthday(facts.birth, GROWN_UP):
        return classes["died"]
    if facts.chosen in classes and classes[facts.chosen].chosen:
        return classes[facts.chosen]
    return classes["looked_after" if facts.looked_after else "edge"]


def kept(facts: Facts, retention: Retention) -> Kept:
    """How long a case is kept. Whatever its class, an open case is not due.

    A class that was chosen never makes the time shorter than the one that the law sets: the later of the two days holds.
    """
    found = _kept(class_of(facts, retention), facts)
    if found.class_.chosen and facts.looked_after:
        law = _kept(retention.classes["looked_after"], facts)
        if found.until and law.until and found.until < law.until:
            found = law
    if found.until and facts.closed_on is None:
        return Kept(found.class_, None, f"{found.why} The case is open, so it is not due.")
    return found


def _kept(class_: Class, facts: Facts) -> Kept:
    if class_.years is None:
        return Kept(class_, None, "No time is set for this class, so a case of it is never due.")
    begins = {"birthday": facts.birth, "death": facts.died_on, "closed": facts.closed_on}[class_.rule]
    if begins is None:
        missing = {"birthday": "The date of birth is missing", "closed": "The case is open"}
        return Kept(class_, None, f"{missing.get(class_.rule, 'A date is missing')}, so no day can be worked out.")
    until = birthday(begins, class_.years)
    if class_.years == 0:
        return Kept(class_, until, f"Kept until it is closed: {dates.uk(until)}.")
    years = "1 year" if class_.years == 1 else f"{class_.years} years"
    counted = {
        "birthday": f"Kept until {years} after the birth on {dates.uk(begins)}: to {dates.uk(until)}.",
        "death": f"Kept for {years} from the death on {dates.uk(begins)}: to {dates.uk(until)}.",
        "closed": f"Kept for {years} from its closing on {dates.uk(begins)}: to {dates.uk(until)}.",
    }
    return Kept(class_, until, counted[class_.rule])
