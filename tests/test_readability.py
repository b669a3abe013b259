"""Protects: whoever writes for a parent or child is told how hard it is to read, and which words to look at."""

import pytest

from framework import readability
from framework.letters import offering
from framework.letters.reading import OfDecision
from framework.readability import CHILD_AGE, PARENT_AGE, check
from tests.letters.made import MARA, family, offered
from tests.letters.made import Letters as NoPapers


def test_the_reading_age_follows_length_of_sentences_and_of_words() -> None:
    plain = "The child is safe. The home is warm. He can sleep."
    hard = "Multidisciplinary safeguarding considerations necessitate comprehensive parental capacity evaluation."
    assert (readability.reading_age(plain) or 99) < 8 < 18 < (readability.reading_age(hard) or 0)
    assert readability.reading_age("Safeguarding!") is None  # one word decides nothing


def test_a_long_sentence_is_shown_with_its_number_of_words() -> None:
    (long,) = check("Short. " + "word " * 21 + ".", "copy", PARENT_AGE).long
    assert long.words == 21


@pytest.mark.parametrize(
    ("text", "paper", "label", "found"),
    [
        ("We promise it.", "letter", "promise", "promise"),
        ("You will ALWAYS have us.", "letter", "promise", "ALWAYS"),
        ("Mum couldn’t be bothered.", "letter", "blame", "couldn't be bothered"),
        ("It was your dad’s fault.", "letter", "blame", "fault"),
        ("Mum failed to come.", "copy", "judges", "failed to"),
        ("The placement is near.", "letter", "work", "placement"),
        ("A CIN plan follows.", "copy", "Initials", "CIN"),
        ("Under s20 you agreed.", "copy", "Initials", "s20"),
    ],
)
def test_promise_blame_judgement_and_jargon_are_flagged_with_why(text: str, paper: str, label: str, found: str) -> None:
    seen = check(text, paper, CHILD_AGE).found  # type: ignore[arg-type]
    assert [one.word for one in seen if label in one.label] == [found] and all(one.why for one in seen)


def test_words_that_only_look_alike_are_left_alone() -> None:
    assert (
        check("Your GP rang. We choose a day. You gave a default answer. Mum is at A&E.", "letter", CHILD_AGE).found
        == ()
    )


def test_the_first_texts_can_be_read_by_those_they_are_for() -> None:
    file = family()
    for outcome in offering.OUTCOMES:
        known = OfDecision(
            outcome=outcome,
            on=file.begun_at and file.begun_at.date(),
            waits_for="director",
            views=(("child", "I miss my dog"),),
        )
        for texts, paper, age in (
            (offered(file, NoPapers(), MARA, known) | {"counts": offering.counts(known, "Ash")}, "copy", PARENT_AGE),
            (
                offering.letter(file, known, "Wanda") | {"counts": offering.counts_for_child(known)},
                "letter",
                CHILD_AGE,
            ),
        ):
            measured = check("\n".join(texts.values()), paper, age)  # type: ignore[arg-type]
            assert not measured.too_hard and not measured.long and not measured.found, (outcome, measured)
