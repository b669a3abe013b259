"""An invented family and its papers, for the tests: no store, the rules alone."""

from framework.casefile import Casefile
from framework.items import Add
from framework.letters import offering, reading
from framework.letters.deciding import Begin, Command, Rules, decide
from framework.letters.model import Letters, fold
from framework.letters.reading import OfDecision
from framework.streams.kind import Actor, Happened
from tests.casefile.made import CHOSEN, NOW, TODAY, WORKER, case

MARA, BEN, GRAN = "parent.p1", "parent.p2", "adult.a1"


def family() -> Casefile:
    return case(
        Add(
            "parent",
            {"name": "Mara", "relation": "mother", "lives": "12 Elm Road, Leeds, LS1 4AB", "view": "I have stopped drinking for good"},
        ),
        Add("parent", {"name": "Ben", "relation": "father", "lives": "Flat 3, 9 Oak Street", "view": "Ash is happier where he is now"}),
        Add("home", {"name": "Gran’s house", "address": "Rose Cottage\nMill Lane\nOtley"}),
        Add("adult", {"home": "h1", "name": "Gran", "relation": "grandmother", "would_care": True}),
        Add("entry", CHOSEN | {"since": "2025", "sort": "voice", "what": "I am scared when they shout at night"}),
        Add("entry", CHOSEN | {"since": "2024-03", "what": "Police came after shouting at night"}),
        Add("entry", CHOSEN | {"since": "2024-04", "what": "The judge said that this stays between us", "court": True}),
        Add("entry", CHOSEN | {"since": "2024-05", "what": "Ben lost his job", "about": ("other_adult",)}),
    )  # fmt: skip


def rules(file: Casefile, known: OfDecision | None = None) -> Rules:
    return Rules(TODAY, file, {"d1": known} if known else {})


def after(
    state: Letters, file: Casefile, *commands: Command, actor: Actor = WORKER, known: OfDecision | None = None
) -> Letters:
    for command in commands:
        events = decide(state, command, rules(file, known), actor)
        state = fold([Happened(event, actor.id, NOW) for event in events], state)
    return state


FULL = {
    "decided": "On 24 November 2026 we decided that Ash can go home.",
    "worries": "These things worry us.",
    "well": "You ring every day.",
    "change": "Nobody drinks when Ash is there.",
    "help": "A worker comes each week from 1 December 2026.",
    "what_if": "We talk to you first.",
    "who_decides": "A senior manager agrees.",
    "you_said": "You want Ash home.",
    "complain": "Tell your social worker.",
}
"""A copy with nothing missing."""


def begun(file: Casefile, person: str = MARA, **texts: str) -> Letters:
    """The papers of a case with one full copy, `c1`, for a person."""
    name = reading.person(file, person).name
    return after(Letters(), file, Begin("c1"), Add("copy", {"person": person, "name": name, **FULL, **texts}))


def offered(file: Casefile, state: Letters, person: str, known: OfDecision | None = None) -> dict[str, str]:
    return offering.copy(state, reading.person(file, person), file, known or OfDecision())
