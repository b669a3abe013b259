"""Protects: what a meeting says about itself: who counts, what is offered, and what a screen may receive.

- who counts is fixed at the reveal: who comes later, or leaves, changes nothing of light or agreement;
- the answer offered follows one rule, whoever spoke first, and no answer is not “not known”;
- before the reveal, and again after going back, a screen receives its own member's answers and no one else's;
- one's own light is held back while others score, too;
- a panel without the people that the framework asks for is told so.
"""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework import panel
from framework.light.classification import Key
from framework.panel import (
    AddNote,
    Agree,
    AgreeTogether,
    CorrectRole,
    Dissent,
    FillRest,
    Finish,
    Focus,
    Given,
    HandOver,
    Join,
    MovePhase,
    Panel,
    Phase,
    RecordView,
    Remove,
    Restore,
    Score,
    ShowLight,
    fold,
    view_for,
)
from framework.panel.spread import spreads
from framework.streams.kind import Erased
from tests.panel.table import (
    ANY_MEETING,
    CAPACITY,
    CRUELTY,
    EDITION,
    GROWTH,
    HEALTH,
    MEETINGS,
    NEGLECT,
    WISH,
    Table,
    mark,
    meeting_of,
    seat,
    states,
)

# Who counts


def severe() -> Table:
    """Cora, Sam and Tess gave the least favourable answer to everything: the light is severe."""
    table = Table("sam", "tess").to("scoring")
    for question in EDITION.questions(table.panel.carer_ids):
        worst = EDITION.statuses(*question.key)[-1].id
        table.score(question.key, cora=worst, sam=worst, tess=worst)
    return table


@pytest.mark.parametrize("phase", ["revealed", "agreed"])
def test_a_latecomer_changes_nothing_of_the_light_the_agreement_and_the_counts(phase: Phase) -> None:
    """In release 0.2.0 a latecomer turned “severe, 78 of 78 agreed” into grey, 7 of 78."""
    table = severe().to(phase)

    def shown() -> Any:
        found = spreads(table.panel, EDITION)
        return (
            panel.panel_light(table.panel, EDITION),
            panel.open_questions(table.panel, EDITION),
            [member.id for member in panel.counting_members(table.panel)],
            [(spread.question, spread.given, spread.differs, spread.order) for spread in found],
            panel.composition(table.panel, EDITION)[-1:],
        )

    before = shown()
    assert before[0].indicated == "severe" and before[1] == ()
    table.do("late", Join(seat("late")))
    assert shown() == before
    if phase == "revealed":
        table.do("late", Score(*NEGLECT, "absent"))
        assert shown() == before
        (one,) = panel.apart(table.panel, NEGLECT)
        assert (one.member.id, one.given.status, one.why) == ("late", "absent", "late")
        assert table.happened()[-1] == (
            "Late took a seat: other professional. They saw the answers before giving any, so theirs never count."
        )


@pytest.mark.parametrize("phase", ["revealed", "agreed"])
def test_removing_a_member_who_counts_changes_nothing_of_the_light_and_the_agreement(phase: Phase) -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="improving", sam="active", tess="improving")
    table.score(GROWTH, cora="absent", sam="absent", tess="absent")
    table.to(phase)
    before = panel.panel_light(table.panel, EDITION), panel.open_questions(table.panel, EDITION)
    table.do("cora", Remove("sam", "Called away."))
    assert (panel.panel_light(table.panel, EDITION), panel.open_questions(table.panel, EDITION)) == before
    assert next(s for s in spreads(table.panel, EDITION) if s.question.key == NEGLECT).differs
    assert [one.member.id for one in panel.apart(table.panel, GROWTH)] == ["sam"]


def test_a_member_who_was_removed_before_the_reveal_does_not_count_even_when_they_come_back() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="improving", sam="active", tess="improving")
    table.do("cora", Remove("sam", "The wrong one."), MovePhase("revealed"), Restore("sam"))
    assert table.panel.counting == ("cora", "tess")
    assert panel.agreement(table.panel, NEGLECT) == panel.Agreement("improving", "", "")
    (sam,) = panel.apart(table.panel, NEGLECT)
    assert (sam.member.id, sam.given.status, sam.why) == ("sam", "active", "absent"), "their answer stays in sight"
    assert table.how(NEGLECT) == "All alike; the social worker (had no scoring seat at the reveal) said Active"
    table.back_to("scoring").do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("cora", "sam", "tess"), "they had answered on their own"
    assert panel.agreement(table.panel, NEGLECT) is None


def test_who_comes_back_to_a_removed_seat_and_had_answered_nothing_is_a_latecomer() -> None:
    table = Table("sam", "tess").to("scoring")
    table.do("cora", Score(*NEGLECT, "improving"), Remove("sam", "Not here."), MovePhase("revealed"), Restore("sam"))
    table.do("sam", Score(*NEGLECT, "absent"))
    assert panel.apart(table.panel, NEGLECT)[0].why == "late"
    table.back_to("scoring").do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("cora",)


def test_who_had_given_no_answer_at_the_reveal_does_not_count_and_is_named() -> None:
    table = Table("sam", "tess").to("scoring")
    table.do("sam", Score(*NEGLECT, "active"))
    table.do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("sam",)
    assert table.happened()[-2:] == [
        "The scores were revealed. Whose answers count: Sam.",
        "At the reveal without an answer that counts: Cora, Tess.",
    ]
    table.do("tess", Score(*NEGLECT, "absent"))
    assert panel.agreement(table.panel, NEGLECT) == panel.Agreement("active", "", "")
    assert panel.apart(table.panel, NEGLECT)[0].why == "no_answer"
    assert table.how(NEGLECT) == "All alike; the team manager (had given no answer at the reveal) said Not there"


def test_going_back_and_revealing_again_makes_a_new_list_and_keeps_the_old() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="active", sam="active")
    table.to("revealed").back_to("scoring")
    assert table.panel.counting is None
    assert [member.id for member in panel.counting_members(table.panel)] == ["cora", "sam", "tess"]
    table.do("tess", Score(*NEGLECT, "improving"))
    table.do("cora", Remove("sam", "Called away."), MovePhase("revealed"))
    assert [reveal.counting for reveal in table.panel.reveals] == [("cora", "sam"), ("cora", "tess")]
    assert table.panel.counting == ("cora", "tess")


def test_a_latecomer_does_not_count_at_a_later_reveal_either() -> None:
    table = Table("sam").to("revealed")
    table.do("late", Join(seat("late")), Score(*NEGLECT, "absent"))
    table.back_to("scoring").do("late", Score(*GROWTH, "absent"))
    table.do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("cora",)


def test_who_joins_while_everybody_scores_again_has_seen_nothing_and_counts() -> None:
    table = Table("sam").to("revealed").back_to("scoring")
    table.do("new", Join(seat("new")), Score(*NEGLECT, "absent"))
    table.do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("cora", "new")


@pytest.mark.parametrize("phase", ["revealed", "scoring"])
@pytest.mark.parametrize("role", ["observer", "reviewing_officer"])
def test_an_observer_who_becomes_a_scorer_after_a_reveal_never_counts(role: str, phase: Phase) -> None:
    table = Table("sam").to("scoring")
    table.do("pat", Join(seat("pat", role)))
    table.to("revealed")
    if phase == "scoring":
        table.back_to("scoring")
    table.do("cora", CorrectRole("pat", "social_worker"))
    assert "theirs never count" in table.happened()[-1]
    table.do("pat", Score(*NEGLECT, "absent"))
    if phase == "revealed":
        assert panel.apart(table.panel, NEGLECT)[0].why == "late"
        table.back_to("scoring")
    table.do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("cora",)


def test_an_observer_who_becomes_a_scorer_before_any_reveal_they_saw_counts() -> None:
    table = Table("sam", "olive").to("scoring")
    table.do("cora", CorrectRole("olive", "other_professional"))
    table.do("olive", Score(*NEGLECT, "active"))
    table.to("revealed")
    assert table.panel.counting == ("olive",)
    table.back_to("scoring")
    table.do("new", Join(seat("new", "observer")))
    table.do("cora", CorrectRole("new", "other_professional"))
    table.do("new", Score(*NEGLECT, "absent"))
    table.do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("olive", "new"), "they came after the panel had gone back, and saw nothing"


def test_a_slip_in_a_role_that_is_corrected_at_once_costs_nobody_their_voice() -> None:
    """Observer and back: the social worker had answered on their own, so they count as before."""
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="improving", sam="active")
    table.to("revealed").do("cora", CorrectRole("sam", "observer"))
    assert table.panel.counting == ("cora", "sam"), "who counts was fixed at the reveal"
    assert panel.agreement(table.panel, NEGLECT) is None
    table.do("cora", CorrectRole("sam", "social_worker"))
    assert "never count" not in table.happened()[-1]
    table.back_to("scoring").do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("cora", "sam")


def test_the_answers_of_a_member_whose_role_no_longer_scores_stand_apart_at_the_next_reveal() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="improving", sam="active")
    table.to("revealed").do("cora", CorrectRole("sam", "observer"))
    table.back_to("scoring").do("cora", MovePhase("revealed"))
    assert table.panel.counting == ("cora",)
    assert table.how(NEGLECT) == "All alike; the observer (does not score) said Active"


@ANY_MEETING
@given(MEETINGS)
def test_who_counts_never_changes_between_a_reveal_and_going_back(meeting: tuple[int, int]) -> None:
    before = Panel()
    for state in states(meeting_of(meeting)):
        if before.phase in ("revealed", "agreed") and state.phase in ("revealed", "agreed"):
            assert state.counting == before.counting
        if before.phase == "scoring" and state.phase == "revealed":
            assert state.counting == state.reveals[-1].counting
            assert all(not state.members[member].late for member in state.counting or ())
        before = state


def test_the_first_answers_are_kept_for_everybody_and_after_every_reveal() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="active", sam="active")
    table.to("revealed").back_to("scoring")
    table.score(NEGLECT, sam="improving", tess="active")
    table.to("scoring").do("cora", MovePhase("revealed"))
    table.do("tess", Score(*NEGLECT, "resolved", reason="The letter is older than I thought."))
    table.do("cora", MovePhase("scoring", "Once more."))
    table.do("sam", Score(*NEGLECT, "resolved"))
    table.do("cora", MovePhase("revealed"))

    def said(member: str) -> list[str]:
        return [step.given.status for step in panel.trail(table.panel, member, NEGLECT)]

    assert said("cora") == ["active"]
    assert said("sam") == ["active", "improving", "resolved"]
    assert said("tess") == ["active", "resolved"], "who answered only the second time has a first answer, too"
    assert panel.trail(table.panel, "tess", NEGLECT)[-1].given.reason == "The letter is older than I thought."
    assert not panel.trail(table.panel, "tess", NEGLECT)[0].saw_answers


# What is offered

ORDERS = {
    NEGLECT: ("absent", "resolved", "improving", "active"),
    HEALTH: ("present", "emerging", "absent"),
    CAPACITY: ("evident", "limited", "none"),
    WISH: ("wants", "not_expressed", "ambivalent", "opposed"),
}


@pytest.mark.parametrize(
    ("key", "given", "offered", "why"),
    [
        (NEGLECT, "absent active improving", "active", "least_there_is"),
        (NEGLECT, "unknown unknown active", "active", "least_there_is"),
        (HEALTH, "present unknown absent", "absent", "least_there_is"),
        (WISH, "ambivalent opposed wants", "opposed", "least_there_is"),
        (CAPACITY, "evident none unknown", "none", "least_there_is"),
        (NEGLECT, "unknown absent", "unknown", "half_do_not_know"),
        (NEGLECT, "unknown improving absent unknown", "unknown", "half_do_not_know"),
        (NEGLECT, "unknown unknown", "unknown", "half_do_not_know"),
        (WISH, "unknown ambivalent", "unknown", "half_do_not_know"),
        (NEGLECT, "unknown absent resolved", "resolved", "least_given"),
        (NEGLECT, "absent resolved", "resolved", "least_given"),
        (HEALTH, "present emerging", "emerging", "least_given"),
        (CAPACITY, "evident limited", "limited", "least_given"),
        (WISH, "wants not_expressed", "not_expressed", "least_given"),
        (NEGLECT, "absent - - -", "absent", "least_given"),
        (NEGLECT, "unknown - - -", "unknown", "half_do_not_know"),
        (NEGLECT, "- - unknown absent absent", "absent", "least_given"),
        (NEGLECT, "- - -", "unknown", "no_answer"),
    ],
)
def test_the_offered_answer_follows_one_rule_and_says_why(key: Key, given: str, offered: str, why: str) -> None:
    """“-” is a member who gave no answer to this question: that is not “not known”."""
    members = ("sam", "tess", "wes", "pat", "rob")
    table = Table(*members).to("scoring")
    for member, status in zip(members, given.split(), strict=False):
        table.do(member, Score(*CRUELTY, "absent"))
        if status != "-":
            table.do(member, Score(*key, status))
    table.do("cora", MovePhase("revealed"))
    offer = panel.offered(table.panel, EDITION, key)
    assert (offer.status, offer.why) == (offered, why)
    assert not panel.OFFER_REASONS[offer.why].endswith("."), "it stands inside a sentence"


@pytest.mark.parametrize("key", ORDERS, ids=lambda key: key[0])
def test_the_order_of_the_answers_is_the_one_of_the_rule(key: Key) -> None:
    known = [status.id for status in EDITION.statuses(*key)]
    assert [status for status in known if status in ORDERS[key]] == list(ORDERS[key])


def answered(key: Key, statuses: tuple[str | None, ...]) -> Panel:
    """A revealed meeting in which the members gave these answers to one question, in this order."""
    members = {
        f"m{n}": panel.Member(f"m{n}", f"M{n}", "other_professional", None, "", True) for n in range(len(statuses))
    }
    answers = {f"m{n}": {key: Given(status)} for n, status in enumerate(statuses) if status}
    return Panel(
        version=1, phase="revealed", carers={"a": "A"}, members=members, answers=answers, counting=tuple(members)
    )


ANSWERS = st.sampled_from(list(ORDERS)).flatmap(
    lambda key: st.tuples(st.just(key), st.lists(st.sampled_from([None, "unknown", *ORDERS[key]]), max_size=6))
)


@given(ANSWERS, st.randoms())
def test_it_does_not_matter_who_spoke_first(drawn: tuple[Key, list[str | None]], chance: Any) -> None:
    key, statuses = drawn
    shuffled = list(statuses)
    chance.shuffle(shuffled)
    one, other = answered(key, tuple(statuses)), answered(key, tuple(shuffled))
    assert panel.offered(one, EDITION, key) == panel.offered(other, EDITION, key)
    assert panel.may_agree_in_bulk(one, EDITION, key) == panel.may_agree_in_bulk(other, EDITION, key)


@given(ANSWERS)
def test_a_less_favourable_answer_never_makes_the_offer_more_favourable(drawn: tuple[Key, list[str | None]]) -> None:
    key, statuses = drawn
    order = ORDERS[key]

    def rank(status: str) -> float:
        return len(order) - 1.5 if status == "unknown" else order.index(status)  # it may be anything but the worst said

    now = panel.offered(answered(key, tuple(statuses)), EDITION, key)
    for place, status in enumerate(statuses):
        if status in order[:-1]:
            worse = [*statuses[:place], order[order.index(status) + 1], *statuses[place + 1 :]]
            assert rank(panel.offered(answered(key, tuple(worse)), EDITION, key).status) >= rank(now.status)


@given(ANSWERS)
def test_who_gave_no_answer_changes_nothing_of_what_is_offered(drawn: tuple[Key, list[str | None]]) -> None:
    key, statuses = drawn
    silent_too = answered(key, (*statuses, None, None))
    spoke = answered(key, tuple(status for status in statuses if status))
    assert panel.offered(silent_too, EDITION, key) == panel.offered(spoke, EDITION, key)


@given(ANSWERS)
def test_a_few_voices_among_many_silent_ones_are_talked_about_before_anything_is_agreed(
    drawn: tuple[Key, list[str | None]],
) -> None:
    key, statuses = drawn
    said = sum(status is not None for status in statuses)
    if panel.may_agree_in_bulk(answered(key, tuple(statuses)), EDITION, key):
        assert said and 2 * said >= len(statuses)
    mostly_silent = answered(key, ("absent", None, None))
    assert not panel.may_agree_in_bulk(mostly_silent, EDITION, key)


@pytest.mark.parametrize("key", ORDERS, ids=lambda key: key[0])
def test_nothing_is_offered_for_all_at_once_that_turns_not_known_into_something_better(key: Key) -> None:
    """Every combination of up to four answers."""
    worst = ORDERS[key][-1]
    for length in range(5):
        for statuses in itertools.combinations_with_replacement((None, "unknown", *ORDERS[key]), length):
            state = answered(key, statuses)
            if not panel.may_agree_in_bulk(state, EDITION, key):
                continue
            offer = panel.offered(state, EDITION, key).status
            given = {status for status in statuses if status}
            assert given and len(given - {"unknown"}) <= 1
            assert "unknown" not in given or offer in ("unknown", worst)


def test_of_two_who_count_what_only_one_has_answered_is_asked() -> None:
    table = Table("sam").to("scoring")
    table.score(GROWTH, cora="absent")
    table.score(NEGLECT, sam="active")
    table.to("revealed")
    assert panel.bulk_offers(table.panel, EDITION) == ()
    alone = Table().to("scoring")
    alone.score(GROWTH, cora="absent")
    alone.to("revealed")
    assert panel.agreement(alone.panel, GROWTH), "who counts alone says it for the panel"


def test_the_chairs_and_a_late_answer_are_no_more_than_anybody_elses() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="absent", sam="improving", tess="absent")
    table.to("revealed")
    table.do("late", Join(seat("late")), Score(*NEGLECT, "active"))
    assert panel.offered(table.panel, EDITION, NEGLECT) == panel.Offer("improving", "least_given")
    assert not panel.may_agree_in_bulk(table.panel, EDITION, NEGLECT)


def test_what_only_one_person_knows_is_asked() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="unknown", sam="absent", tess="unknown")
    table.score(GROWTH, cora="unknown", sam="absent", tess="absent")
    table.to("revealed")
    by_key = {spread.question.key: spread for spread in spreads(table.panel, EDITION)}
    assert [member.id for member in by_key[NEGLECT].only_known_by] == ["sam"]
    assert by_key[GROWTH].only_known_by == ()


# The panel's light, and one's own


def test_the_panels_light_comes_from_its_agreed_answers_and_what_is_open_counts_as_unknown() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="active", sam="active")
    table.score(HEALTH, cora="present", sam="absent")
    table.to("revealed")
    assert panel.panel_assessment(table.panel, EDITION).answers == {NEGLECT: "active"}
    light = panel.panel_light(table.panel, EDITION)
    assert (light.best, light.worst, light.dimensions["risk"]) == ("high", "severe", (2, 2))
    assert panel.light_of(table.panel, EDITION, "sam").dimensions["protection"] == (0, 2)


def test_ones_own_light_is_held_back_until_one_has_finished() -> None:
    table = Table("sam").to("scoring")
    assert panel.light_held_back(table.panel, "sam")
    table.do("sam", Finish(True))
    assert not panel.light_held_back(table.panel, "sam")
    assert panel.light_held_back(table.panel, "cora")
    table.do("cora", ShowLight())
    assert not panel.light_held_back(table.panel, "cora")
    table.to("revealed")
    assert not panel.light_held_back(table.panel, "sam")


def test_who_scores_alone_and_a_demonstration_show_the_light_at_once() -> None:
    table = Table("olive", "iris").to("scoring")
    assert not panel.light_held_back(table.panel, "cora")
    table.do("sam", Join(seat("sam")))
    assert panel.light_held_back(table.panel, "cora")
    table.do("cora", Remove("sam", "Left."))
    assert not panel.light_held_back(table.panel, "cora")
    shown = fold(table.events[:1], Panel(demonstration=True))
    assert not panel.light_held_back(shown, "cora")


# The table


def test_others_learn_how_many_have_finished_and_nothing_else() -> None:
    table = Table("sam", "olive").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", "a note that stays private"), Finish(True))
    assert panel.finished_count(table.panel) == panel.finished_count(view_for(table.panel, None)) == (1, 2)
    table.do("cora", Remove("sam", "Left."))
    assert panel.finished_count(table.panel) == (0, 1)


def test_a_panel_is_told_whom_it_lacks() -> None:
    social_worker, team_manager, second_worker, too_few = panel.composition(Table().panel, EDITION)
    assert social_worker == "The child's social worker is not here."
    assert team_manager == "The social worker's team manager is not here."
    assert "no second worker" in second_worker and "without meeting the family" in second_worker
    assert "additional worker reviews the evidence" in second_worker
    assert too_few == "One person scores; the least number is 3."


def test_a_panel_that_is_complete_is_told_nothing() -> None:
    table = Table("sam", "tess", "wes")
    assert panel.composition(table.panel, EDITION) == ()
    table.do("cora", Remove("sam", "Left."))
    assert panel.composition(table.panel, EDITION) == ("The child's social worker is not here.",)


def test_a_second_worker_who_has_met_the_family_gives_no_independent_view() -> None:
    table = Table("sam", "tess")
    table.do("wes", Join(seat("wes", has_met_family=True)))
    assert panel.composition(table.panel, EDITION) == (
        "The second worker has met the family, so the panel has no independent view.",
    )
    table.do("ida", Join(seat("ida", "additional_worker", has_met_family=False)))
    assert panel.composition(table.panel, EDITION) == ()


def test_where_there_is_no_second_worker_an_additional_worker_reviews_the_evidence() -> None:
    table = Table("sam", "tess")
    table.do("ada", Join(seat("ada", "additional_worker", has_met_family=True)))
    assert panel.composition(table.panel, EDITION) == (
        "The additional worker has met the family, so the panel has no independent view.",
    )
    table.do("ada", CorrectRole("ada", "additional_worker", False))
    assert panel.composition(table.panel, EDITION) == ()


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ((), "Nobody scores; the least number is 3."),
        (("sam",), "One person scores; the least number is 3."),
        (("sam", "tess"), "2 people score; the least number is 3."),
    ],
)
def test_too_few_who_score_are_said_in_a_sentence(members: tuple[str, ...], sentence: str) -> None:
    table = Table(*members, "iris", "olive")
    table.do("cora", CorrectRole("cora", "independent_chair"))
    assert panel.composition(table.panel, EDITION)[-1] == sentence


def test_after_the_reveal_those_who_count_are_counted() -> None:
    table = Table("sam", "tess", "wes").to("scoring")
    table.do("sam", Score(*NEGLECT, "active"))
    table.do("cora", MovePhase("revealed"))
    assert panel.composition(table.panel, EDITION) == ("One person scores; the least number is 3.",)
    table.do("late", Join(seat("late")))
    assert panel.composition(table.panel, EDITION) == ("One person scores; the least number is 3.",)


# What a screen may receive


@ANY_MEETING
@given(MEETINGS)
def test_before_the_reveal_no_screen_receives_anything_that_another_wrote(meeting: tuple[int, int]) -> None:
    for state in states(meeting_of(meeting)):
        if state.phase not in ("gathering", "scoring"):
            continue
        for member in (*state.members, None):
            view = view_for(state, member)
            sent = repr(view)
            for other in state.members:
                assert other == member or mark(other) not in sent
            assert view.answers.keys() | view.own.keys() | view.light_shown <= {member}
            assert view.given_openly.keys() <= {member}
            assert all(reveal.answers.keys() <= {member} for reveal in view.reveals)
            assert not view.recorded and not view.dissent and not view.notes and not view.views
            assert view.outcome is None and view.focus is None
            if member is not None:
                assert view.answers.get(member) == state.answers.get(member)
                assert (view.news, view.own.get(member)) == (state.news, state.own.get(member))
            assert panel.counts_to_show(view, member) == panel.counts_to_show(state, member)
            assert (view.members, view.carers, view.phase, view.version) == (
                state.members,
                state.carers,
                state.phase,
                state.version,
            )


def test_after_going_back_nothing_that_others_said_is_sent_any_more() -> None:
    table = Table("sam", "iris").to("scoring")
    table.score(NEGLECT, sam="active", cora="absent")
    table.to("revealed")
    table.do("sam", AddNote(*NEGLECT, "secret note"), Dissent(*NEGLECT, "secret dissent"))
    table.do("iris", RecordView("secret view"))
    table.do("cora", Agree(*NEGLECT, "active", "secret agreement"), Focus(NEGLECT))
    for member in ("cora", "sam", None):
        assert view_for(table.panel, member) == table.panel
    table.back_to("scoring")
    assert "secret" not in repr(view_for(table.panel, "cora"))
    assert "secret" not in repr(view_for(table.panel, None))
    assert view_for(table.panel, "cora").reveals[0].answers.keys() == {"cora"}
    assert view_for(table.panel, "cora").reveals[0].counting == ("cora", "sam")
    table.do("cora", MovePhase("revealed"))
    assert repr(view_for(table.panel, "sam")).count("secret") >= 4, "after the next reveal it is there again"


def test_an_answer_given_on_ones_own_is_no_news_to_others_and_all_else_is() -> None:
    table = Table("sam").to("scoring")
    before = table.panel.news
    assert before == table.panel.version, "until then everybody sees everything"
    table.do("sam", Score(*NEGLECT, "active"))
    table.do("cora", ShowLight())
    assert (table.panel.news, table.panel.version) == (before, before + 2)
    table.do("sam", Finish(True))
    assert table.panel.news == before + 1
    table.do("cora", MovePhase("revealed"))
    table.do("sam", Score(*NEGLECT, "improving", reason="The father's report."))
    assert table.panel.news == before + 3
    table.do("cora", MovePhase("scoring", "A carer was left out."))
    table.do("sam", Score(*NEGLECT, "absent"))
    assert table.panel.news == before + 4


def test_what_a_screen_has_to_show_is_the_same_however_much_others_have_answered() -> None:
    """Also after something that everybody sees, when a version would tell how much there was in between."""
    shown = []
    for keys in ((NEGLECT,), (NEGLECT, GROWTH, CRUELTY)):
        table = Table("sam", "tess").to("scoring")
        for key in keys:
            table.do("sam", Score(*key, "active"))
        before = {who: panel.counts_to_show(table.panel, who) for who in ("cora", "tess", None)}
        table.do("sam", Finish(True))
        table.do("cora", HandOver("tess"))
        after = {who: panel.counts_to_show(table.panel, who) for who in ("cora", "tess", None)}
        assert table.panel.handover
        shown.append((before, after, table.panel.handover.news))
    assert shown[0] == shown[1]
    assert all(count.own == 0 for count in shown[0][0].values())


def test_an_answer_that_was_erased_is_counted_where_others_see_it_no_more_than_it_was() -> None:
    before = Table("sam").to("scoring").panel
    gone = [Erased("scored"), Erased("scored"), Erased("light_shown")]
    for some in (gone[:1], gone):
        assert panel.fold([*some, Erased("erased", {})], before).news == before.news + 1, "the erasure is seen"
    revealed = Table("sam").to("revealed").panel
    assert panel.fold([Erased("scored")], revealed).news == revealed.news + 1, "after the reveal it was seen by all"


def test_two_devices_of_one_seat_show_the_same_and_the_other_seats_hear_nothing() -> None:
    table = Table("sam").to("scoring")
    quiet, own = panel.counts_to_show(table.panel, "cora"), panel.counts_to_show(table.panel, "sam")
    assert quiet == own == (quiet.shown, 0)
    for command in (Score(*NEGLECT, "active"), FillRest((GROWTH, CRUELTY), "absent"), ShowLight()):
        table.do("sam", command)
        own, before = panel.counts_to_show(table.panel, "sam"), own
        assert own.shown == quiet.shown and own.own > before.own
        assert panel.counts_to_show(table.panel, "cora") == panel.counts_to_show(table.panel, None) == quiet
    table.do("cora", HandOver("sam"))
    assert {panel.counts_to_show(table.panel, who).shown for who in ("cora", "sam", None)} == {quiet.shown + 1}


def test_the_bulk_offer_lists_open_questions_only() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="active", sam="active", tess="active")
    table.score(HEALTH, cora="present", sam="present")
    table.to("revealed")
    assert panel.bulk_offers(table.panel, EDITION) == ((HEALTH, "present"),)
    table.do("cora", AgreeTogether(((HEALTH, "present"),)))
    assert panel.bulk_offers(table.panel, EDITION) == ()


def test_who_answered_and_does_not_count_stands_apart_and_who_only_watches_does_not() -> None:
    table = Table("sam", "iris").to("revealed")
    assert panel.answered_apart(table.panel) == ()
    table.do("late", Join(seat("late")))
    assert panel.answered_apart(table.panel) == (), "nothing was answered yet"
    table.do("late", Score(*NEGLECT, "active"))
    assert [member.id for member in panel.answered_apart(table.panel)] == ["late"]
    table.do("cora", CorrectRole("late", "observer"))
    assert panel.answered_apart(table.panel) == ()
