"""What happened in a stream, said in words: what an audit trail is made of. Each subject says its own events in its `in_words.py`.

Pure: from events that an actor may be told of; whoever shows them asks the door for those.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from framework import dates
from framework.items import (
    SOMEBODY,
    Added,
    Changed,
    Collections,
    Item,
    Removed,
    Restored,
    said,
    with_field,
)
from framework.streams.kind import Erased
from framework.text import with_full_stop

GONE = "What this entry said was erased."
ERASED_LATER = "Entries of this record were erased. That there were some stays, with who made them and when."
LONGEST_NAME = 60
"""Characters of an item's first words, where it has no name of its own (source: product)."""


class Said(NamedTuple):
    """One event in words."""

    at: datetime
    who: str
    """The name of whoever did it."""
    what: str
    """A sentence; text from people stands in it as they wrote it."""
    restricted: bool = False
    """Whether it is marked as legal advice or under a court's restriction: it stands in no copy."""


Value = Callable[[str, str, Any], str | None]
"""(kind, field, value) → the value for a reader where the subject has words of its own for it; None where not."""


class Written:
    """Says events on items, one after the other: it knows what each field said before."""

    def __init__(self, collections: Collections, value: Value = lambda kind, field, value: None) -> None:
        self._collections = collections
        self._value = value
        self._items: dict[tuple[str, str], Item] = {}
        """What is there, and what was removed, as it last was."""

    def begin(self, item: Item) -> None:
        """An item that is there although nobody added it."""
        self._items[item.kind, item.id] = item

    def item(self, kind: str, identifier: str) -> Item | None:
        return self._items.get((kind, identifier))

    def words(self, event: Added[Any] | Changed | Removed | Restored) -> str:
        """A sentence on one event. What was erased before it is not known any more, and the sentence says less."""
        return _ended(self._words(event))

    def _words(self, event: Added[Any] | Changed | Removed | Restored) -> str:
        match event:
            case Added(item=item):
                self._items[item.kind, item.id] = item
                fields = [
                    f"{self._collections.of(item.kind).label(name)}: {self._shown(item.kind, name, value)}"
                    for name, value in item
                    if name not in ("id", "kind", "decision") and value not in ("", None, (), False)
                ]
                return f"Added {_a(self._noun(item.kind))}{'. ' if fields else ''}{'; '.join(map(_capital, fields))}."
            case Changed(kind=kind, id=identifier, field=name, value=value):
                return self._changed(kind, identifier, name, value)
            case Removed(kind=kind, id=identifier, reason=reason):
                return with_full_stop(
                    f"Removed the {self._noun(kind)}{self._called(kind, identifier)}{f': {reason}' if reason else ''}"
                )
            case Restored(kind=kind, id=identifier):
                return f"Put back the {self._noun(kind)}{self._called(kind, identifier)}."

    def _changed(self, kind: str, identifier: str, name: str, value: Any) -> str:
        label, item = self._collections.of(kind).label(name), self._items.get((kind, identifier))
        of = f" of the {self._noun(kind)}{self._called(kind, identifier)}"
        if item is None:
            return f"Changed the {label}{of}. What it is about was erased."
        try:
            after = with_field(item, name, value)
        except ValidationError:
            return f"Changed the {label}{of}."
        self._items[kind, identifier] = after
        was, now = (self._shown(kind, name, getattr(one, name)) for one in (item, after))
        return f"Changed the {label}{of}: from {was} to {now}{' (another day)' if was == now else ''}."

    def _noun(self, kind: str) -> str:
        return self._collections.of(kind).noun

    def _called(self, kind: str, identifier: str) -> str:
        """“ “Mum's flat””: the name that an item has, or the first words that it says."""
        item = self._items.get((kind, identifier))
        if item is None or kind == "child":
            return ""
        if item.called != item.id:
            return f" “{item.called}”"
        fields = [
            self._shown(kind, name, value)
            for name, value in item
            if name not in ("id", "kind", "decision") and value not in ("", None, (), False)
        ]
        if not fields:
            return ""
        first = fields[0].strip("“”")
        return f" “{first[:LONGEST_NAME]}{'…' if len(first) > LONGEST_NAME else ''}”"

    def _shown(self, kind: str, name: str, value: Any) -> str:
        """A value for a reader, whole."""
        own = None if value in ("", None, ()) else self._value(kind, name, value)
        if own is not None:
            return own
        about = self._collections.of(kind).about(name)
        if about.names and (named := self._items.get((about.names, str(value)))):
            return f"“{named.called}”"
        if isinstance(value, tuple):
            return ", ".join(str((about.options or {}).get(one, one)) for one in value) or said(value)
        if about.options and value in about.options:
            return str(about.options[value]) or said("")
        return f"“{value}”" if isinstance(value, str) and value else said(value)


def name_of(names: Mapping[str, str], person: str) -> str:
    """What an audit trail calls whoever acted."""
    return names.get(person) or (
        "Homeward" if person == "app" else SOMEBODY.lower() if person else "somebody not signed in"
    )


def erased(event: Erased) -> str:
    return GONE if event.reason is None else ERASED_LATER


def people(happened: Iterable[Any]) -> set[str]:
    """The ids of all who acted."""
    return {one.actor for one in happened}


def day(value: Any) -> str:
    return dates.uk(value) if value else "no day"


def _ended(sentence: str) -> str:
    """A sentence that ends with somebody else's has one full stop."""
    return sentence[:-1] if sentence.endswith((".”.", "!”.", "?”.")) else sentence


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
