"""Protects: what the product says is true, blames nobody, and can be read.

- no text claims that the rule is published or that research describes it: it is reconstructed;
- no headline counts risks; nobody is called incapable; “in care” and “carer” are said only of whom they fit;
- nothing points to a page that is not there;
- a sentence on a screen has 25 words or fewer, or a reason;
- the summary's reading age is measured and shown at the end of the run.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from framework import case, edition
from framework.light import explain
from framework.light.classification import classify
from framework.readability import reading_age
from pages.rows import ROWS
from tests import texts
from tests.texts import Said

LONGEST = 25
HERE = Path(__file__).parent
EDITION = edition.load(edition.DEFAULT)
SAMPLES = case.load_samples(EDITION)


class Rule(NamedTuple):
    """A wording that must not stand in a text."""

    pattern: str
    why: str
    not_in: tuple[str, ...] = ()
    """Files, by how their names begin, in which the wording is right."""
    only_in: tuple[str, ...] = ("",)
    """The only files, by how their names begin, to which it applies."""
    shown: bool = False
    """Whether it applies only to what reaches a screen or paper."""


# A care order or an interim one: the child of such a case is in care. In the others, and on the screens for all of
# them, the child is looked after (regulation 39(5) of the Care Planning Regulations turns on the difference).
UNDER_AN_ORDER = tuple(
    path.relative_to(texts.ROOT).as_posix()
    for path in (texts.ROOT / "sample_data" / "cases").glob("*.toml")
    if tomllib.loads(path.read_text("utf-8"))["legal_status"] in ("s31", "s38")
)
# The studies count what a year in care costs, whatever the child's legal status is.
COSTS = ("framework/costs/", "pages/costs/page.py", "framework/content/england-2015/costs.toml")

TO_FIND = ("framework/content/words/",)
"""Words that whoever writes for a family is told of."""

RULES = {
    "the rule is published": Rule(
        r"\bpublished (?:traffic[ -]light|rule)\b",
        "the table of the rule is reconstructed: say “as reconstructed here”",
    ),
    "research describes it": Rule(
        r"\bresearch (?:does not )?describes?\b|\bdescribed by (?:the )?research\b",
        "the typical rows are reconstructed: say “as reconstructed here”",
    ),
    "nobody does anything": Rule(r"\bnot being addressed\b", "say “present, with no change seen yet”"),
    "nothing is left to find out": Rule(
        r"\bNothing that is not known could\b", "an unknown answer about abuse always matters: name it"
    ),
    "incapable": Rule(r"\bincapable\b", "what is scored is change that was seen, not what a person can do", TO_FIND),
    "untrained staff": Rule(
        r"\buntrained staff\b", "no source says so; the evaluation speaks of training and confidence"
    ),
    "in care": Rule(
        r"(?<!back )\bin care\b",
        "say “looked after”, unless it is about a child under a care order",
        UNDER_AN_ORDER + COSTS,
    ),
    "carer": Rule(
        r"\b(?:former|previous|current|present|second|new|respite) carers?\b"
        r"|(?<!foster )(?<!residential )(?<!home )\bcarers?,? (?:and|or|with) (?:the )?schools?\b"
        r"|\bschools?,? (?:and|or|with) (?:the )?carers?\b",
        "say “foster carer” or “residential carer” in full; adults at home are parents or home carers",
    ),
    "carer of what kind": Rule(
        r"(?<!foster )(?<!residential )(?<!home )\bcarers?\b(?! \()",
        "say “parent or home carer”, “foster carer” or “residential carer”",
        # Its messages name the keys of the JSON that is put in.
        not_in=("framework/light/classification.py",),
        only_in=("framework/", "pages/"),
        shown=True,
    ),
    "special needs": Rule(r"\bspecial needs\b", "a condition is never the risk: say which need is not met"),
    "an officer without a capital": Rule(
        r"(?-i:\bindependent reviewing officers?\b)", "say “Independent Reviewing Officer”"
    ),
    "a label on a person": Rule(
        r"\b(?:incompetent|inadequate parents?|unfit (?:parents?|mother|father)|poor parenting|bad parents?|lacks? empathy)\b",
        "say what was seen or what is not given yet, not what somebody is",
        TO_FIND,
    ),
    "today's worth": Rule(r"\btoday['’]s worth\b", "say “at today's value”"),
    "the position turns": Rule(r"\bposition (?:turns|does not turn)\b", "say “support has paid for itself”"),
    "a month begun": Rule(r"\bmonth begun\b", "say “a month that has begun counts as a whole month”"),
}


def offences(said: Iterable[Said]) -> dict[tuple[str, str], list[str]]:
    """By rule and file: what offends, with a few words round it."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, rule in RULES.items():
        for one in said:
            if one.file.startswith(rule.not_in) or not one.file.startswith(rule.only_in) or rule.shown > one.shown:
                continue
            text = " ".join(one.text.split())
            for hit in re.finditer(rule.pattern, text, re.IGNORECASE):
                found.setdefault((name, one.file), []).append(text[max(0, hit.start() - 40) : hit.end() + 40])
    return found


def told(found: dict[tuple[str, str], list[str]]) -> list[str]:
    return [f"{file}: {rule} ({RULES[rule].why}): …{hit}…" for (rule, file), hits in found.items() for hit in hits]


def test_no_text_over_claims_or_blames() -> None:
    assert told(offences(texts.everything())) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("the rule is published", "See what the published traffic light indicates."),
        ("research describes it", "The research does not describe this combination."),
        ("nobody does anything", "Two of them are not being addressed."),
        ("in care", "She has been in care since May."),
        ("carer", "Ask the former carer, school and carers."),
        ("carer of what kind", "Name the carers first."),
        ("the position turns", "The position turns in year 3."),
        ("special needs", "He has special needs."),
        ("an officer without a capital", "Ask the independent reviewing officer."),
        ("a label on a person", "Poor parenting was seen."),
    ],
)
def test_each_wording_is_found(rule: str, text: str) -> None:
    """The check can fail."""
    assert rule in {name for name, _ in offences([Said("pages/home.py", text, shown=True)])}


def test_in_care_may_be_said_of_a_child_under_a_care_order_and_of_coming_back() -> None:
    said = [
        Said("framework/x.toml", "12% were back in care.", True),
        Said(UNDER_AN_ORDER[0], "His year in care.", True),
    ]
    assert offences(said) == {}


def test_every_kind_of_text_is_read() -> None:
    """One from each place, so that the checks do not pass on nothing."""
    said = {(one.file, " ".join(one.text.split())): one.shown for one in texts.everything()}
    shown = {
        "framework/content/england-2015/factors.toml": EDITION.factors["neglect"].definition,
        "sample_data/cases/hw-011.toml": SAMPLES[0].summary,
        "framework/costs/words.py": "No re-entry rate is low enough to pay for the support.",
        "pages/library/page.py": "The traffic light is set in this stage.",
        "framework/panel/summary.typ": "Every question has a known answer.",
    }
    for file, text in shown.items():
        assert said[file, " ".join(text.split())], file
    files = {one.file for one in texts.everything()}
    assert {"README.md", "docs/editions.md", "framework/content/england-2015/rollout.docx"} <= files
    assert any(
        one.file == "framework/edition/__init__.py" and "as data" in one.text and not one.shown
        for one in texts.everything()
    )


# ── Headlines ────────────────────────────────────────────────────────────────────────────────────────────────────────

COUNTED = re.compile(r"\b(?:\d+|no|one|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?risks?\b", re.IGNORECASE)


def headlines() -> dict[str, str]:
    """The sentence under the light of each sample case."""
    return {one.id: explain.sentence(EDITION, classify(EDITION, one.reference), one.carers) for one in SAMPLES}


def test_no_headline_counts_risks() -> None:
    """“31 risks” frightens and says nothing: the first three are named instead."""
    counting = {f"headline of {identifier}": said for identifier, said in headlines().items() if COUNTED.search(said)}
    assert counting == {}


# ── Where a text points to ───────────────────────────────────────────────────────────────────────────────────────────


def pages() -> set[str]:
    """The titles of the pages in the navigation."""
    return {row.title for row in ROWS.values()}


def test_nothing_points_to_a_page_that_is_not_there() -> None:
    known = pages()
    assert {"Home", "Panel", "Costs", "Framework"} <= known
    missing = [
        (one.file, hit[0])
        for one in texts.everything()
        if one.shown
        for hit in re.finditer(r"\b([A-Z][\w-]+) page\b", one.text)
        if hit[1] not in known | {"The", "This", "One", "Each", "Every", "Another", "A", "No"}
    ]
    assert missing == []


def test_the_parts_of_the_roll_out_page_that_the_checklist_points_to_are_there() -> None:
    said = (texts.ROOT / "pages/rollout/where.py").read_text("utf-8")
    checklist = (edition.folder_of() / "checklist.toml").read_text("utf-8")
    for part in ("Take away", "Group and meetings", "Keeping it going"):
        assert part in checklist and f'"{part}"' in said, part


# ── Long sentences ───────────────────────────────────────────────────────────────────────────────────────────────────


def long_sentences() -> dict[str, list[str]]:
    """By file: the sentences of more words than may be."""
    found: dict[str, list[str]] = {}
    for one in texts.everything():
        if one.shown:
            for sentence in texts.sentences(one.text):
                if len(texts.words(sentence)) > LONGEST:
                    found.setdefault(one.file, []).append(sentence)
    return found


def allowed() -> list[dict[str, str]]:
    return tomllib.loads((HERE / "long_sentences.toml").read_text("utf-8"))["sentence"]


def test_a_long_sentence_on_screen_has_a_reason() -> None:
    reasons = {(one["file"], one["begins"]): one["reason"] for one in allowed()}
    left = [
        (file, sentence)
        for file, sentences in long_sentences().items()
        for sentence in sentences
        if not any(f == file and sentence.startswith(begins) for f, begins in reasons)
    ]
    assert left == []


def test_words_and_sentences_are_counted_as_a_reader_counts_them() -> None:
    assert texts.sentences("It cost £61,614 a year. Why? “Nobody knows.” That is all") == [
        "It cost £61,614 a year.",
        "Why?",
        "“Nobody knows.",
        "That is all",
    ]
    assert texts.words("It cost £61,614, or 3.5% of the authority's own, in 2012-13.") == [
        *("It", "cost", "£61,614", "or", "3.5%", "of", "the", "authority's", "own", "in", "2012-13"),
    ]


def test_every_reason_for_a_long_sentence_is_still_needed() -> None:
    found = [(file, sentence) for file, sentences in long_sentences().items() for sentence in sentences]
    for one in allowed():
        assert one["reason"]
        assert any(f == one["file"] and s.startswith(one["begins"]) for f, s in found), one["begins"]
    assert len(allowed()) <= 10, "a long list of reasons is a sign of long sentences"


# ── Reading age ──────────────────────────────────────────────────────────────────────────────────────────────────────


def summary_text() -> str:
    """The prose of the summary: its fixed sentences, and those under the light of each sample case."""
    fixed = [one.text for one in texts.everything() if one.file == "framework/panel/summary.typ"]
    # What is left of a line when its code is taken out may be a word or two: no sentence.
    prose = [s for text in fixed for s in texts.sentences(text) if s.endswith(".") and len(texts.words(s)) > 3]
    levels = [level.meaning for level in EDITION.level]
    return "\n".join([*prose, *headlines().values(), *levels, EDITION.rule.provenance_note])


def test_the_summary_can_be_read(record_property: Callable[[str, object], None]) -> None:
    """The product is written for a reading age of about 12 to 14; the run prints the figure at its end."""
    age = reading_age(summary_text())
    assert age
    record_property("Reading age of the summary", f"{age:.1f}")
    assert age <= 14
