"""Protects: a disposal is a decision of two people with a reason, and says nothing of the child, since it stays when the case is gone."""

import itertools
from typing import Any

import pytest

from framework.casefile import Add, Refused
from framework.casefile.access import NOT_HERE
from framework.disposal import access, keeping
from framework.disposal.deciding import CarryOut, Confirm, Propose, TurnDown, Withdraw
from framework.disposal.keeping import Keeping
from framework.disposal.kind import DISPOSAL
from framework.disposal.model import Disposal
from framework.disposal.retention import Facts, kept, load
from framework.people.roles import OPEN, ROLES
from framework.streams.kind import APP, Actor, Context, Happened
from framework.streams.store import Store
from tests.casefile.made import NOW
from tests.disposal.made import MARK, Held, whole

WHO = {role: Actor(f"p-{role}", role, frozenset({role})) for role in ROLES} | {"": Actor("")}
GROUND = load().grounds["mistake"]


@pytest.fixture
def held(store: Store) -> Held:
    return whole(store)


def test_who_proposes_and_who_decides() -> None:
    """Every command as every role, on a disposal of somebody else, and as a stranger."""
    of_case = kept(Facts(None, False, None, False), load())
    proposed = DISPOSAL.fold(
        [_happened(Propose("d", "c", GROUND, of_case, "Entered twice."), Disposal(), "p-somebody")], Disposal()
    )
    may: dict[str, set[str]] = {}
    for (who, actor), command in itertools.product(
        WHO.items(),
        (Propose("d", "c", GROUND, of_case, "R."), Confirm("R."), TurnDown("R."), Withdraw("R."), CarryOut(1, 1)),
    ):
        context = Context(actor, NOW, None, DISPOSAL.relations(proposed, actor))
        try:
            DISPOSAL.may(proposed, command, context)
            may.setdefault(type(command).__name__, set()).add(who)
        except Refused:
            continue
    assert may == {
        "Propose": {"records_manager"},
        "Confirm": {"records_manager", "director"},
        "TurnDown": {"records_manager", "director"},
    }
    DISPOSAL.may(proposed, CarryOut(1, 1), Context(APP, NOW, None))
    assert {row.what for row in access.POLICY if row.commands == (CarryOut,)}


def _happened(command: Any, state: Disposal, by: str) -> Any:
    context = Context(Actor(by, by, frozenset({"records_manager"})), NOW, None)
    return Happened(DISPOSAL.decide(state, command, context)[0], by, NOW)


def test_nobody_decides_on_what_they_proposed(held: Held) -> None:
    disposals = held.work.disposals
    found = disposals.propose(held["kit"], held.case, "mistake", "Entered twice.")
    for command in (Confirm("Yes."), TurnDown("No.")):
        with pytest.raises(Refused, match="A second person decides on it"):
            disposals.decide(found, held["kit"], command)
    with pytest.raises(Refused, match="role"):
        disposals.decide(found, held["kim"], Withdraw("Not mine."))
    assert disposals.decide(found, held["kim"], Confirm("Checked.")).standing == "confirmed"
    assert disposals.decide(found, held["kit"], Withdraw("After all not.")).standing == "withdrawn"


def test_whoever_uses_an_open_app_as_everybody_at_once_is_told_to_choose_who_they_are() -> None:
    proposed = Propose("d", "c", GROUND, kept(Facts(None, False, None, True), load()), "Entered twice.")
    with pytest.raises(Refused, match="which invented person you are"):
        DISPOSAL.may(Disposal(), proposed, Context(Actor("", "", frozenset({OPEN})), NOW, None))


def test_a_case_that_is_not_due_goes_for_a_ground_that_allows_it_only(held: Held) -> None:
    with pytest.raises(Refused, match="This case is not due"):
        held.work.disposals.propose(held["kit"], held.case, "due", "Nobody needs it.")
    with pytest.raises(Refused, match="Choose why"):
        held.work.disposals.propose(held["kit"], held.case, "because", "Nobody needs it.")
    held.clock.time = held.clock.time.replace(year=2093)
    found = held.work.disposals.propose(held["kit"], held.case, "due", "Nobody needs it.")
    state = held.work.disposals.view(found, held["dora"])
    assert (
        (state.class_id, state.ground) == ("looked_after", "due") and "2092" in state.why and "March" not in state.why
    )


@pytest.mark.parametrize("words", [f"{MARK} has two cases.", f"See lcs {MARK.lower()}.", "Dana Example asked."])
def test_a_reason_names_nobody_of_the_family(words: str, held: Held) -> None:
    disposals = held.work.disposals
    with pytest.raises(Refused, match="Leave out"):
        disposals.propose(held["kit"], held.case, "mistake", words)
    found = disposals.propose(held["kit"], held.case, "mistake", "Entered twice.")
    for who, command in (("dora", Confirm(words)), ("dora", TurnDown(words)), ("kit", Withdraw(words))):
        with pytest.raises(Refused, match="Leave out"):
            disposals.decide(found, held[who], command)
    with pytest.raises(Refused, match="Please give the reason"):
        disposals.decide(found, held["dora"], Confirm(" "))


def test_one_disposal_of_a_case_at_a_time_and_a_second_click_proposes_nothing(held: Held) -> None:
    disposals, kit = held.work.disposals, held["kit"]
    found = disposals.propose(kit, held.case, "mistake", "Entered twice.", "d" * 16)
    assert disposals.propose(kit, held.case, "mistake", "Entered twice.", "d" * 16) == found
    with pytest.raises(Refused, match="another disposal of this case"):
        disposals.propose(held["kim"], held.case, "ordered", "By a court.")
    assert disposals.by_reference(kit, f"LCS {MARK}")[0].disposal == found
    disposals.decide(found, kit, Withdraw("Not yet."))
    assert disposals.propose(held["kim"], held.case, "ordered", "By a court.") != found


def test_what_stands_in_the_way_stands_in_the_way_of_confirming_too(held: Held) -> None:
    disposals = held.work.disposals
    found = disposals.propose(held["kit"], held.case, "mistake", "Entered twice.")
    disposals.keep(held["kit"], keeping.PlaceHold(held.case, "An inquest."))
    with pytest.raises(Refused, match="A legal hold"):
        disposals.decide(found, held["dora"], Confirm("Checked."))
    assert disposals.decide(found, held["dora"], TurnDown("An inquest goes on.")).standing == "turned_down"


def test_who_sees_disposals(held: Held) -> None:
    found = held.decided()
    for who in ("kit", "kim", "dora"):
        assert [one.id for one in held.work.disposals.listing(held[who])] == [found]
    for who in ("wanda", "mo", "sam", "ana"):
        assert held.work.disposals.listing(held[who]) == []
        assert held.work.disposals.view(found, held[who]) == Disposal()


def test_a_case_that_is_not_there_and_one_of_somebody_who_is_kept_out_get_the_same_answer(held: Held) -> None:
    held.work.casefiles.run(held.case, held["mo"], Add("block", {"person": held.ids["kit"], "why": "An uncle."}))
    for case in (held.case, "none"):
        with pytest.raises(Refused) as refused:
            held.work.disposals.propose(held["kit"], case, "mistake", "Entered twice.")
        assert str(refused.value) == NOT_HERE


def test_who_is_kept_out_of_a_case_sees_no_disposal_of_it_until_nothing_is_left_to_see(held: Held) -> None:
    found, disposals = held.decided(), held.work.disposals
    block = Add("block", {"person": held.ids["kim"], "why": "An aunt."})
    held.work.casefiles.run(held.case, held["mo"], block)
    assert disposals.listing(held["kim"]) == [] and disposals.view(found, held["kim"]) == Disposal()
    assert disposals.known(held.case, held["kim"]) == Keeping()
    assert [one.id for one in disposals.listing(held["kit"])] == [found]
    assert not held.work.casefiles.there_already(held["kim"], [f"LCS {MARK}"])
    assert held.work.casefiles.there_already(held["kit"], [f"LCS {MARK}"])
    disposals.carry_out(disposals.plan(found))
    assert [one.standing for one in disposals.listing(held["kim"])] == ["carried_out"]
