"""How well a text can be read: its reading age, its long sentences, and words that its reader may not know. Works offline.

Syllables are counted by where the British hyphenation of a word allows a break (pyphen, which brings its dictionaries along), so a
few are missed.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import pyphen
from pydantic import BaseModel, ConfigDict, Field

from framework import loading
from framework.loading import Id, LoadingError
from framework.loading import Text as Words

PATH = Path(__file__).parent / "content" / "words" / "family.toml"
LONGEST = 20
"""Words of a sentence that is still easily read (source: product, after the advice for plain English)."""
ENOUGH = 5
"""Below so many words no reading age is told: one long word would decide it (source: product)."""
PARENT_AGE, CHILD_AGE = 11, 9
"""The reading ages to write for (source: product; GOV.UK writes for about 9, an adult in the UK reads as at 9 to 11: to check)."""
TWO_PAGES = 650
"""Words that fit on two pages of a parent's copy with its headings and the room for their own words (measured on our own paper)."""

_SYLLABLES = pyphen.Pyphen(lang="en_GB", left=1, right=1)
"""`left` and `right`: a single letter may be a syllable, as in a-gain."""
_ENDS = re.compile(r"(?<=[.!?])[”’\")]*\s+|\n\s*")
_WORD = re.compile(r"[£]?[^\W_]+(?:[’'.,:/&-][^\W_]+)*%?")
_CAPITALS = re.compile(r"\b(?:[A-Z]{2,}[0-9]*|[A-Z]&[A-Z]|s\.? ?\d{2,3})s?\b")
"""Initials such as CIN, and sections of a law such as s20."""


# ── Measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sentences(text: str) -> list[str]:
    """The sentences of a text: what ends with a full stop, a question or exclamation mark, or a line's end."""
    return [" ".join(part.split()) for part in _ENDS.split(text) if part.strip()]


def words(text: str) -> list[str]:
    """The words of a text; a number with its marks (£61,614, 3.5%) is one."""
    return _WORD.findall(text)


def reading_age(text: str) -> float | None:
    """The age in years at which a text can be read: the Flesch–Kincaid grade and five (Kincaid and others, 1975).

    Numbers and dates are no words to it. None for a text too short to tell.
    """
    counted = [word for word in words(text) if re.search(r"[^\W\d_]", word)]
    if len(counted) < ENOUGH:
        return None
    syllables = sum(len(_SYLLABLES.inserted(word).split("-")) for word in counted)
    return 0.39 * len(counted) / len(sentences(text)) + 11.8 * syllables / len(counted) - 15.59 + 5


# ── Words to look at ─────────────────────────────────────────────────────────────────────────────────────────────────

Paper = Literal["copy", "letter", "facts"]


class WordsError(LoadingError):
    """The file of words cannot be used: says which key and why."""


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Content):
    find: Words
    instead: str


class WordList(_Content):
    id: Id
    label: Words
    why: Words
    papers: Annotated[tuple[Paper, ...], Field(min_length=1)]
    word: Annotated[tuple[Word, ...], Field(min_length=1)]


class WordLists(_Content):
    provenance: Literal["product"]
    known_capitals: tuple[Words, ...]
    list: tuple[WordList, ...]


@lru_cache(maxsize=1)
def word_lists() -> WordLists:
    """Raises WordsError."""
    return loading.validate(
        WordLists, loading.parse(loading.read(PATH, WordsError), PATH, WordsError), PATH, WordsError
    )


class Found(NamedTuple):
    """A word to look at."""

    word: str
    """As it stands in the text."""
    label: str
    why: str
    instead: str
    """What could be said in its place; "" if nothing."""


class Long(NamedTuple):
    sentence: str
    words: int


class Checked(NamedTuple):
    """A text, measured."""

    words: int
    age: float | None
    """None: too short to tell."""
    target: int
    long: tuple[Long, ...]
    found: tuple[Found, ...]

    @property
    def too_hard(self) -> bool:
        return self.age is not None and self.age >= self.target + 0.5


def check(text: str, paper: Paper, target: int) -> Checked:
    """A text for a parent or child, measured. Nothing that is found blocks anything. Raises WordsError."""
    long = tuple(Long(one, count) for one in sentences(text) if (count := len(words(one))) > LONGEST)
    return Checked(len(words(text)), reading_age(text), target, long, tuple(_found(text, paper)))


def _found(text: str, paper: Paper) -> Iterable[Found]:
    """In the order of the lists, each word once."""
    told = text.replace("’", "'")
    for which in word_lists().list:
        if paper in which.papers:
            for one in which.word:
                if seen := _pattern(one.find).search(told):
                    yield Found(seen[0], which.label, which.why, one.instead)
    known = {*word_lists().known_capitals}
    for capitals in dict.fromkeys(_CAPITALS.findall(told)):
        if capitals.rstrip("s") not in known and capitals not in known:
            yield Found(
                capitals, "Initials, or a section of a law", "Nobody outside the work knows it.", "the whole words"
            )


@cache
def _pattern(find: str) -> re.Pattern[str]:
    ends = r"\w*" if find.endswith("*") else r"\b"
    return re.compile(rf"\b{re.escape(find.removesuffix('*'))}{ends}", re.IGNORECASE)
