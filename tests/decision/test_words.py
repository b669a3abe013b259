"""Protects: every event of a decision is said in words, with what was written, and nothing that was erased."""

from framework.decision.words import ERASED, sentences
from framework.streams.kind import Erased
from tests.decision.made import World
from tests.decision.test_events import STORED, read

NAMES = {"p-mo": "Mo", "p-nick": "Nick", "p-wanda": "Wanda"}


def test_every_event_is_said_and_by_whom() -> None:
    said = sentences(read(*STORED), NAMES, {"low": "Low risk"})
    assert len(said) == len(STORED)
    assert all(one.what.endswith((".", "?")) and one.who == "Mo" and one.decision == "d1" for one in said)
    texts = [one.what for one in said]
    for words in (
        "Began to prepare a decision without a meeting. Stage 4: shall the child return home?",
        "Wrote the option “Home now”.",
        "Changed the decision from “None yet” to “Return home”.",
        "Wrote the answer.",
        "Wrote the view of The child.",
        "Removed the option “Home now”.",
        "Recorded the classification Low risk.",
        "Decided on 24 November 2026: Return home.",
        "Asked Nick to approve it.",
        "Met the condition “iro” with “Her letter.”.",
        "A later decision takes its place from 1 December 2026 on.",
        "Withdrew it: No.",
    ):
        assert words in texts, words


def test_of_a_whole_way_the_conditions_stand_in_the_words_of_the_law() -> None:
    there = World().asked()
    texts = [one.what for one in sentences(there.happened, NAMES)]
    assert "Met the condition “The Independent Reviewing Officer was consulted.” with “Seen and read.”." in texts
    assert "Changed the rationale from nothing to “The change has lasted for a year.”." in texts


def test_what_was_erased_says_so_and_no_more() -> None:
    happened = read(*STORED)
    happened[2] = happened[2]._replace(event=Erased("added"))
    texts = [one.what for one in sentences(happened, NAMES)]
    assert texts[2] == ERASED and texts[10] == ERASED and "Home now" not in " ".join(texts)
