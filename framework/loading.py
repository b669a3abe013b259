"""Content in TOML files, read and checked: every file of content goes through here.

What is wrong is said in one sentence, “file: key: reason”, for whoever wrote the file.
"""

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

_ID = r"^[a-z0-9][a-z0-9_-]*$"
Id = Annotated[str, StringConstraints(pattern=_ID)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
M = TypeVar("M", bound=BaseModel)


class LoadingError(Exception):
    """Content that cannot be used: says which file, which key and why."""

    if_missing: ClassVar[str] = ""
    """What to do about a file that is not there."""


def read(path: Path, error: type[LoadingError]) -> str:
    """The text of a file in UTF-8. Raises `error`."""
    try:
        return path.read_text("utf-8-sig")  # Windows programs put a byte order mark before a text
    except FileNotFoundError:
        raise error(f"{path}: the file is missing. {error.if_missing}".rstrip()) from None
    except (OSError, UnicodeDecodeError) as reason:
        raise error(f"{path}: cannot be read as UTF-8 text ({reason}).") from None


def parse(
    text: str, file: Path | str, error: type[LoadingError], parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    """The table that a TOML text is; `file` is its name for the sentence. Raises `error`."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as reason:
        raise error(f"{file}: is not valid TOML. {reason}") from None


def no_problems(made: BaseModel) -> Iterable[tuple[str, str]]:
    """For content of which everything is said by its types."""
    return ()


def validate(
    model: type[M],
    table: dict[str, Any],
    file: Path | str | Callable[[str], Path],
    error: type[LoadingError],
    problems: Callable[[M], Iterable[tuple[str, str]]] = no_problems,
) -> M:
    """The model that a table makes. Raises `error` for the first thing that is wrong.

    `file`: the file's name, or a function from a key at the top of the table to the file in which it stands.
    `problems`: what pydantic cannot see, as (key, sentence).
    """

    def fault(key: str, top: str, sentence: str) -> LoadingError:
        return error(f"{file(top) if callable(file) else file}: {key}: {sentence}")

    try:
        made = model.model_validate(table)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        top = str(first["loc"][0]) if first["loc"] else ""
        raise fault(_key(table, first["loc"]), top, f"{_reason(first)}.") from None
    for key, sentence in problems(made):
        raise fault(key, key.split()[0], sentence)
    return made


def _key(table: dict[str, Any], loc: tuple[int | str, ...]) -> str:
    """A key as its author would look for it: factor → "neglect" → source, rather than factor.1.source."""
    words: list[str] = []
    here: Any = table
    for step in loc:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):  # what is missing, or what pydantic adds to the place of an error
            here = None
        if isinstance(step, int):
            name = (here.get("id") or here.get("number")) if isinstance(here, dict) else None
            words.append(f'"{name}"' if name else f"number {step + 1}")
        else:
            words.append(step)
    return " → ".join(words) or "the file"


_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that is known here",
    "model_type": "must be a group of keys with their values",
    "tuple_type": "must be a list",
    "string_too_short": "is empty",  # a text of content needs one character, none needs more
}
"""Plainer words for what pydantic finds most often."""


def _reason(found: ErrorDetails) -> str:
    context = found.get("ctx", {})
    if found["type"] == "string_pattern_mismatch" and context["pattern"] == _ID:
        return "may hold only small letters, digits, - and _, and not begin with - or _"
    if found["type"] == "too_short":
        least = context["min_length"]
        return f"needs at least {'one entry' if least == 1 else f'{least} entries'}"
    return _REASONS.get(found["type"], found["msg"].removeprefix("Value error, "))
