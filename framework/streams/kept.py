"""Subjects of which only the newest content counts: an edition, a sample case. Each change of it stays in the record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from framework.streams.kind import Actor, Context, Erased, Happened, Kind, by_type

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """What is kept after `version` events; None before the first, and if it was erased."""

    version: int = 0
    content: T | None = None


def kind(
    name: str,
    noun: str,
    event: str,
    content: type[T],
    title: Callable[[T], str],
    *,
    may: Callable[[Kept[T], T, Context[None]], None],
    view: Callable[[Kept[T], Context[None]], Kept[T]],
    past: Callable[[Kept[T], Context[None]], bool],
    listed: Callable[[Actor], dict[str, str] | None],
) -> Kind[Kept[T], T, None]:
    """Its commands are contents: each replaces the one before it, if it differs."""

    def fold(happened: Iterable[Happened], start: Kept[T]) -> Kept[T]:
        for one in happened:
            start = Kept(start.version + 1, None if isinstance(one.event, Erased) else one.event)
        return start

    def decide(kept: Kept[T], command: T, context: Context[Any]) -> list[T]:
        return [] if kept.content == command else [command]

    return Kind(
        name=name,
        noun=noun,
        empty=Kept(),
        stored=by_type({event: content}),
        fold=fold,
        decide=decide,
        may=may,
        view=view,
        past=past,
        listed=listed,
        title=lambda kept: title(kept.content) if kept.content else "",
    )
