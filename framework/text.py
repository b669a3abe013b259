"""Text from people, cleaned in one way everywhere, and text that is shown without a break."""

import unicodedata
from functools import cache

import regex
from confusable_homoglyphs.confusables import confusables_data  # type: ignore[import-untyped]

from framework.streams.kind import Refused

NAME_LIMIT, TEXT_LIMIT = 80, 4000
"""Characters of a name, and of a text of several lines (source: product; a page of print has some 3,000)."""
_KEPT = "\n\t\u200c\u200d\u200e\u200f"
"""Beside what can be printed: line ends, and the marks that scripts and emoji are joined and ordered with."""


def clean(value: str) -> str:
    """Text from a person: trimmed, with plain spaces and line ends, and no control characters."""
    lines = "\n".join(value.replace("\v", "\n").replace("\f", "\n").splitlines())
    spaced = "".join(" " if c.isspace() and c not in "\n\t" else c for c in lines)
    return "".join(c for c in spaced if c in _KEPT or c.isprintable()).strip()


def clean_text(value: str, what: str, *, required: bool = False, limit: int = TEXT_LIMIT) -> str:
    """:func:`clean`. Raises Refused if it is missing or too long; `what` names it there, as in "the reason"."""
    text = clean(value)
    if required and not text:
        raise Refused(f"Please give {what}.")
    if len(text) > limit:
        raise Refused(f"Please shorten {what}: it has {len(text):,} characters, and {limit:,} fit.")
    return text


def clean_name(value: str, what: str) -> str:
    """A name, on one line, of which something can be seen. Raises Refused."""
    name = " ".join(clean_text(value, what, required=True, limit=NAME_LIMIT).split())
    if not as_seen(name):
        raise Refused(f"Please give {what}.")
    return name


def as_seen(name: str) -> str:
    """A name as a reader tells it from another: Unicode's default ignorable code points, which nobody sees, make no difference."""
    seen: str = regex.sub(r"[\p{Default_Ignorable_Code_Point}\u2800]", "", unicodedata.normalize("NFKC", name))
    return seen.casefold()


def looks_alike(one: str, other: str) -> bool:
    """Whether a reader may take a name for another: Cyrillic М and Latin M, "rn" and "m" (Unicode Technical Standard 39, 4)."""
    names = [unicodedata.normalize("NFKC", name) for name in (one, other)]
    seen = [as_seen(name) for name in names]
    return seen[0] == seen[1] or _skeleton(seen[0]) == _skeleton(seen[1]) or _skeleton(names[0]) == _skeleton(names[1])


def _skeleton(name: str) -> str:
    """Each character as the first of all that look like it; Unicode's list has "rn" among those of "m"."""
    shown = regex.sub(r"[\p{Default_Ignorable_Code_Point}\u2800]", "", unicodedata.normalize("NFD", name))
    return "".join(map(_first_alike, shown)).replace("rn", "m")


@cache
def _first_alike(character: str) -> str:
    listed: list[str] = [one["c"] for one in confusables_data.get(character, ())]
    if len(listed) == 1:  # what this character looks like, with all the others that do
        listed += [one["c"] for one in confusables_data.get(listed[0], ())]
    return min([character, *(one for one in listed if len(one) == 1)])


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in spaces and line ends only."""
    return one.split() == other.split()


def unbroken(text: str) -> str:
    """A sign stays on one line with its amount: browsers and Typst would break between them."""
    return text.replace("+£", "+\u2060£").replace("−£", "−\u2060£")


def with_full_stop(text: str) -> str:
    """A reason as a person wrote it, with a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
