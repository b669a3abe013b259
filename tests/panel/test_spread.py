"""Protects: after the reveal the panel sees where it differs, in an order that stays, and how far it saw the same case.

- what differs most in its effect on the rule comes first, then the number of different answers, then of people;
- the order follows what the members said on their own: nothing jumps while the panel talks;
- "not known" is no opinion: it is shown, and it is not disagreement;
- agreement is measured with Krippendorff's alpha, checked here against a published example and one worked by hand,
  and where it is not defined that is said in words.
"""

import krippendorff
import numpy as np
import pytest

from framework import edition, panel
from framework.edition import DEFAULT
from framework.light.classification import Key
from framework.panel import Agree, AgreeTogether, Dissent, Focus, Join, MovePhase, Open, Panel, Remove, Score, Seat
from framework.panel.spread import Spread, own_answers, reliability, spreads

EDITION = edition.load(DEFAULT)
NEGLECT: Key = ("neglect", "child")
MALTREATED: Key = ("previous_maltreatment", "child")
PHYSICAL: Key = ("severe_physical_abuse", "child")
GROWTH: Key = ("growth_faltering", "child")
CRUELTY: Key = ("sadistic_abuse", "child")
CAPACITY: Key = ("capacity", "a")
WISH: Key = ("wishes", "child")
MEMBERS = {"cora": "other_professional", "sam": "social_worker", "tess": "team_manager", "wes": "second_worker"}


def scored(answers: dict[Key, str], *, observer: bool = False) -> Panel:
    """A panel that has scored: for each question one word a member, in the order Cora, Sam, Tess, Wes ("-": no answer).

    Only as many members sit at the table as the longest line has words.
    """
    seats = max(len(line.split()) for line in answers.values())
    members = dict(list(MEMBERS.items())[:seats])
    state = Panel()
    opening = Open(
        "m", "HW-011", "A case", 2, True, EDITION.hash, "ABC234", {"a": "Carer A"}, seat("cora", MEMBERS["cora"])
    )
    state = do(state, "cora", opening)
    for name, role in list(members.items())[1:]:
        state = do(state, name, Join(seat(name, role)))
    if observer:
        state = do(state, "olive", Join(seat("olive", "observer")))
    state = do(state, "cora", MovePhase("scoring"))
    for key, line in answers.items():
        for member, status in zip(members, line.split(), strict=False):
            if status != "-":
                state = do(state, member, Score(*key, status))
    return state


def revealed(answers: dict[Key, str], *, observer: bool = False) -> Panel:
    return do(scored(answers, observer=observer), "cora", MovePhase("revealed"))


def seat(name: str, role: str) -> Seat:
    met = False if EDITION.panel_roles[role].asked_met_family else None
    return Seat(name, name.title(), role, f"hash of {name}", met)


def do(state: Panel, actor: str, command: panel.Command) -> Panel:
    return panel.fold(panel.decide(state, command, actor, EDITION), state)


def of(state: Panel, key: Key) -> Spread:
    return next(spread for spread in spreads(state, EDITION) if spread.question.key == key)


def order(state: Panel) -> list[Key]:
    return [spread.question.key for spread in spreads(state, EDITION)]


# What a spread says


def test_every_question_has_its_spread_with_every_member_who_counts() -> None:
    state = revealed({NEGLECT: "active improving -"}, observer=True)
    found = spreads(state, EDITION)
    assert {spread.question.key for spread in found} == {q.key for q in EDITION.questions(("a",))}
    assert all([member.id for member, _ in spread.given] == ["cora", "sam"] for spread in found), (
        "Tess has said nothing"
    )
    assert [given and given.status for _, given in of(state, NEGLECT).given] == ["active", "improving"]
    assert [given for _, given in of(state, GROWTH).given] == [None, None]


@pytest.mark.parametrize(
    ("line", "differs"),
    [
        ("active active active", False),
        ("active improving active", True),
        ("active unknown active", False),
        ("active - active", False),  # who gave no answer did not say "not known"
        ("active improving unknown", True),
        ("unknown unknown -", False),
        ("- - -", False),
        ("absent resolved resolved", True),  # different words, though the rule takes them alike
    ],
)
def test_different_known_answers_differ_and_not_knowing_is_no_opinion(line: str, differs: bool) -> None:
    spread = of(revealed({NEGLECT: line, GROWTH: "absent absent absent"}), NEGLECT)
    assert spread.differs == differs


def test_where_most_gave_the_worst_answer_or_all_who_answered_said_the_same_it_can_be_agreed_at_once() -> None:
    state = revealed(
        {
            NEGLECT: "active active unknown",
            GROWTH: "absent absent -",
            PHYSICAL: "absent active active",
            CRUELTY: "active unknown unknown",  # what only one knows is asked
            MALTREATED: "absent absent unknown",  # never from not known to something better
        }
    )
    offers = panel.bulk_offers(state, EDITION)
    assert dict(offers) == {NEGLECT: "active", GROWTH: "absent"}
    state = do(state, "cora", AgreeTogether(offers))
    assert panel.bulk_offers(state, EDITION) == ()
    assert (state.recorded[NEGLECT].status, state.recorded[GROWTH].status) == ("active", "absent")


@pytest.mark.parametrize(
    ("key", "line", "offer"),
    [
        (NEGLECT, "absent improving active", "active"),
        (NEGLECT, "absent resolved unknown", "resolved"),
        (NEGLECT, "unknown unknown active", "active"),
        (NEGLECT, "unknown unknown -", "unknown"),
        (NEGLECT, "absent unknown -", "unknown"),
        (("good_health_and_development", "child"), "present emerging present", "emerging"),
        (("good_health_and_development", "child"), "present absent unknown", "absent"),
        (CAPACITY, "limited none limited", "none"),
        (WISH, "wants opposed ambivalent", "opposed"),
    ],
)
def test_the_answer_offered_is_the_one_of_the_rule(key: Key, line: str, offer: str) -> None:
    state = revealed({key: line, GROWTH: "absent absent absent"})
    assert panel.offered(state, EDITION, key).status == offer


# The order


def test_what_divides_the_panel_most_comes_first() -> None:
    state = revealed(
        {
            NEGLECT: "active active active active",  # all alike
            MALTREATED: "active active active improving",  # one step apart, one person
            PHYSICAL: "active improving improving active",  # one step apart, two against two
            GROWTH: "absent active active active",  # two steps apart
            CRUELTY: "absent improving active active",  # two steps apart, and three different answers
        }
    )
    first = [key for key in order(state) if key in (NEGLECT, MALTREATED, PHYSICAL, GROWTH, CRUELTY)]
    assert first == [CRUELTY, GROWTH, PHYSICAL, MALTREATED, NEGLECT]
    assert order(state)[:4] == first[:4]


def test_questions_that_divide_alike_stay_in_the_order_of_the_edition() -> None:
    state = revealed(dict.fromkeys((GROWTH, NEGLECT, MALTREATED), "active improving"))
    of_edition = [q.key for q in EDITION.questions(("a",))]
    assert order(state)[:3] == sorted((GROWTH, NEGLECT, MALTREATED), key=of_edition.index)
    alike = revealed({q.key: f"{(s := EDITION.statuses(*q.key)[0].id)} {s}" for q in EDITION.questions(("a",))})
    assert order(alike) == of_edition


def test_nothing_jumps_while_the_panel_talks() -> None:
    state = revealed(
        {NEGLECT: "active absent", GROWTH: "active improving", PHYSICAL: "absent absent", WISH: "unknown opposed"}
    )
    before = order(state)
    for actor, command in (
        ("sam", Score(*NEGLECT, "active", "", (), "The school's letter.")),
        ("cora", Score(*PHYSICAL, "active", "", (), "The X-rays.")),
        ("cora", Agree(*GROWTH, "active")),
        ("cora", Agree(*WISH, "opposed")),
        ("late", Join(seat("late", "other_professional"))),
        ("late", Score(*NEGLECT, "improving")),
        ("cora", Remove("sam", "Called away.")),
        ("cora", Dissent(*GROWTH, "It has grown since.")),
        ("cora", Focus(GROWTH)),
        ("cora", Agree(*GROWTH, None, seen=panel.Agreement("active", "", "cora"))),
    ):
        state = do(state, actor, command)
        assert order(state) == before, command


def test_nothing_jumps_when_somebody_takes_a_seat_late() -> None:
    # Two questions that divide alike; the newcomer was not there when the members scored on their own.
    state = revealed({MALTREATED: "active improving unknown unknown", NEGLECT: "active active improving unknown"})
    before = order(state)
    assert order(do(state, "rosa", Join(seat("rosa", "reviewing_officer")))) == before


def test_a_seat_that_is_removed_after_the_reveal_takes_no_difference_with_it() -> None:
    state = revealed({NEGLECT: "active active improving"})
    before = of(state, NEGLECT)
    state = do(state, "cora", Remove("tess", "Took two seats."))
    after = of(state, NEGLECT)
    assert after.differs and after.order == before.order
    assert [member.id for member, _ in after.given] == ["cora", "sam", "tess"]
    assert [(one.member.id, one.why) for one in after.apart] == [("tess", "removed")]
    assert reliability(state, EDITION) == reliability(do(state, "cora", Focus(NEGLECT)), EDITION)


def test_a_seat_that_was_removed_before_the_reveal_is_not_compared_and_stands_apart() -> None:
    state = do(scored({NEGLECT: "active active improving"}), "cora", Remove("tess", "Took two seats."))
    spread = of(do(state, "cora", MovePhase("revealed")), NEGLECT)
    assert not spread.differs
    assert [member.id for member, _ in spread.given] == ["cora", "sam"]
    assert [(one.member.id, one.given.status, one.why) for one in spread.apart] == [("tess", "improving", "removed")]


def test_a_latecomer_is_not_compared_and_stands_apart() -> None:
    state = revealed({NEGLECT: "active active"})
    before = reliability(state, EDITION)
    state = do(state, "late", Join(seat("late", "other_professional")))
    state = do(state, "late", Score(*NEGLECT, "absent"))
    spread = of(state, NEGLECT)
    assert not spread.differs and [member.id for member, _ in spread.given] == ["cora", "sam"]
    assert [(one.member.id, one.why) for one in spread.apart] == [("late", "late")]
    assert reliability(state, EDITION) == before


def test_what_members_said_on_their_own_is_what_they_said_at_the_last_reveal() -> None:
    state = revealed({NEGLECT: "active absent"})
    assert own_answers(state)["sam"][NEGLECT].status == "absent"
    state = do(state, "sam", Score(*NEGLECT, "active", "", (), "The school's letter."))
    assert own_answers(state)["sam"][NEGLECT].status == "absent"
    state = do(do(state, "cora", MovePhase("scoring", "Once more.")), "cora", MovePhase("revealed"))
    assert own_answers(state)["sam"][NEGLECT].status == "active"
    assert of(state, NEGLECT).order[0] == 0


# How far the members saw the same case


def test_the_library_gives_the_published_alpha() -> None:
    # Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: four observers, twelve units.
    gap = np.nan
    data = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
        [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ]
    assert krippendorff.alpha(data, level_of_measurement="nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorff.alpha(data, level_of_measurement="ordinal") == pytest.approx(0.815, abs=5e-4)


def test_alpha_of_a_small_panel_is_what_one_gets_by_hand() -> None:
    """Two members, five risks: 0 0 1 2 2 and 0 1 1 2 2 in the values of the rule.

    Of the ten values three are 0, three are 1 and four are 2. Ordinal distances, squared:
    0 to 1: (3+3 - (3+3)/2)² = 9; 1 to 2: (3+4 - (3+4)/2)² = 12.25; 0 to 2: (3+3+4 - (3+4)/2)² = 42.25.
    Observed: one pair of five differs, 0 against 1: 2 * 9 / 10 = 1.8.
    Expected: 2 * (3*3*9 + 3*4*12.25 + 3*4*42.25) / (10*9) = 16.333. Alpha = 1 - 1.8 / 16.333 = 0.8898.
    """
    state = revealed(
        {
            NEGLECT: "absent resolved",
            MALTREATED: "absent improving",
            PHYSICAL: "improving improving",
            GROWTH: "active active",
            CRUELTY: "active active",
        }
    )
    found = reliability(state, EDITION)
    assert found.alpha == pytest.approx(1 - 1.8 / (2 * 735 / 90))
    assert found.sentence == "The members saw this case much alike."


def test_a_member_who_does_not_know_is_left_out_of_that_question_only() -> None:
    answers = {NEGLECT: "absent absent", MALTREATED: "absent improving", GROWTH: "active active"}
    without = reliability(revealed(answers), EDITION)
    also = reliability(revealed(answers | {PHYSICAL: "unknown active", CRUELTY: "- active"}), EDITION)
    assert without.alpha == also.alpha


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({NEGLECT: "active active", GROWTH: "absent absent"}, "much alike"),
        ({NEGLECT: "active absent", GROWTH: "absent active"}, "quite differently"),
        (
            {NEGLECT: "active active", MALTREATED: "active improving", GROWTH: "absent absent", CRUELTY: "absent absent",
             PHYSICAL: "improving absent"},
            "fairly alike",
        ),
    ],
    ids=["alike", "differently", "fairly"],
)  # fmt: skip
def test_the_measure_is_said_in_a_plain_sentence(answers: dict[Key, str], words: str) -> None:
    found = reliability(revealed(answers), EDITION)
    assert found.alpha is not None
    assert words in found.sentence and found.sentence.endswith(".")


def test_what_the_members_said_on_their_own_is_measured_not_what_they_said_later() -> None:
    state = revealed({NEGLECT: "active absent", GROWTH: "absent absent", CRUELTY: "active active"})
    later = do(state, "sam", Score(*NEGLECT, "active", "", (), "The school's letter."))
    assert reliability(later, EDITION) == reliability(state, EDITION)


@pytest.mark.parametrize(
    "answers",
    [{NEGLECT: "active"}, {NEGLECT: "active -", GROWTH: "- absent"}, {NEGLECT: "active unknown"}],
    ids=["one member", "nothing in common", "only one knows"],
)
def test_with_nothing_to_compare_there_is_no_number(answers: dict[Key, str]) -> None:
    found = reliability(revealed(answers), EDITION)
    assert found.alpha is None
    assert "nothing to compare" in found.sentence


def test_where_everybody_gave_the_same_answer_everywhere_alpha_is_not_defined() -> None:
    found = reliability(revealed({NEGLECT: "active active", GROWTH: "active active"}), EDITION)
    assert (found.alpha, found.sentence) == (None, "Everybody who answered saw the same everywhere.")


def test_different_answers_that_the_rule_takes_alike_are_not_called_the_same() -> None:
    # "Not there" and "resolved" are both 0 to the rule, and yet two members who said so saw a different case.
    found = reliability(revealed({NEGLECT: "absent resolved", GROWTH: "resolved absent"}), EDITION)
    assert found.alpha is None
    assert "saw the same everywhere" not in found.sentence


def test_an_observer_is_not_measured() -> None:
    answers = {NEGLECT: "active absent", GROWTH: "absent absent"}
    assert reliability(revealed(answers, observer=True), EDITION) == reliability(revealed(answers), EDITION)
