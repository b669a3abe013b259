"""Protects: what a panel agreed is an event. Another rule, edition or forged entry later changes nothing of it, and closing looks again."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given

from framework import edition, panel
from framework.edition import Edition
from framework.light import classification
from framework.panel import Agree, MovePhase, Outcome, PhaseMoved, Scored, replay
from framework.panel import summary as record
from framework.streams import anchor
from framework.streams.kind import Unreadable
from framework.streams.store import NewEvent, Store
from framework.workspace import Workspace
from tests.panel.table import ANY_MEETING, EDITION, GROWTH, MEETINGS, NEGLECT, WISH, Table, meeting_of

UNSEALED = "worked out on reading, not sealed"


def another_rule() -> Edition:
    """The edition after somebody changed its rule: what was “high” is “severe”."""
    text, count = re.subn(r'(\[\[rule\.row\]\]\nlevel = )"high"', r'\1"severe"', EDITION.text)
    assert count
    return edition.parse_stored(text)


def agreed() -> Table:
    """Cora, Sam and Tess have agreed on everything; neglect is active, and the level is known."""
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="active", sam="active", tess="improving")
    table.score(WISH, cora="wants", sam="wants", tess="wants")
    table.to("revealed")
    table.do("cora", Agree(*NEGLECT, "active"))
    for key in panel.open_questions(table.panel, EDITION):
        table.do("cora", Agree(*key, EDITION.statuses(*key)[0].id))
    return table.to("agreed")


def outcome_of(table: Table) -> Outcome:
    return next(event for event in reversed(table.events) if isinstance(event, Outcome))


def forged(table: Table, *events: Any, instead: dict[int, Any] | None = None) -> Table:
    """The same meeting with events that somebody put into its record, at its end or in the place of others."""
    table.events = [(instead or {}).get(number, event) for number, event in enumerate(table.events)] + list(events)
    table.times += [table.now] * len(events)
    table.panel = replay(table.record)
    return table


def as_release_0_2_0(table: Table) -> Table:
    """The same meeting without the event that release 0.2.0 did not write."""
    kept = [(e, at) for e, at in zip(table.events, table.times, strict=True) if not isinstance(e, Outcome)]
    table.events, table.times = [event for event, _ in kept], [at for _, at in kept]
    table.panel = replay(table.record)
    return table


def test_at_agreed_the_answers_the_light_what_holds_it_the_counting_members_and_the_edition_are_written() -> None:
    table = agreed()
    outcome, moved = table.events[-2:]
    assert isinstance(outcome, Outcome) and moved == PhaseMoved(to="agreed"), "one append"
    light = classification.classify(EDITION, panel.panel_assessment(table.panel, EDITION))
    assert outcome.counting == ("cora", "sam", "tess")
    assert len(outcome.answers) == len(EDITION.questions(("a",)))
    assert (outcome.edition, outcome.edition_id) == (EDITION.hash, EDITION.id)
    assert outcome.indicated == light.indicated is not None
    assert outcome.light and outcome.light.holding == (("neglect", "child", "active"),)
    assert table.panel.seal == panel.Seal(outcome, len(table.events) - 1, table.times[-1])
    assert table.panel.sealed


@ANY_MEETING
@given(MEETINGS)
def test_the_sealed_light_says_all_that_the_rule_said(meeting: tuple[int, int]) -> None:
    table = meeting_of(meeting)
    if table.panel.carers and table.panel.scorers:
        if table.panel.phase == "agreed":
            table.back_to("revealed")
        table.to("agreed")
        assessment = panel.panel_assessment(table.panel, EDITION)
        assert panel.panel_light(table.panel, EDITION) == classification.classify(EDITION, assessment)
        assert panel.unlike_the_record(table.panel, EDITION) == ()


def test_another_rule_later_changes_nothing_of_the_light() -> None:
    table, other = agreed(), another_rule()
    before = panel.panel_light(table.panel, EDITION)
    assert classification.classify(other, panel.panel_assessment(table.panel, other)).indicated != before.indicated
    light = panel.panel_light(table.panel, other)
    assert light.indicated == before.indicated
    assert (light.holding, light.dimensions, light.cautions) == (before.holding, before.dimensions, before.cautions)
    assert light.changes == {}, "what would change it is not said by another rule than the one that gave it"
    said = record.summary(table.panel, other, table.record)
    assert said["level"] == record.summary(table.panel, EDITION, table.record)["level"]


def test_closing_is_refused_where_the_rule_gives_another_light_and_agreeing_again_seals_anew() -> None:
    table = agreed()
    first = outcome_of(table)
    by_another_release = first.model_copy(update={"indicated": "low", "best": "low", "worst": "low"})
    assert first.indicated != "low"
    forged(table, instead={len(table.events) - 2: by_another_release})
    assert panel.panel_light(table.panel, EDITION).indicated == "low", (
        "the sealed light is shown, whatever the rule gives"
    )
    table.refuses(
        "cora", MovePhase("closed"), "not closed", "the level", "Go back", "agree again", "stays in the record"
    )
    table.back_to("revealed").to("agreed")
    assert outcome_of(table) == first
    assert by_another_release in table.events, "the earlier seal stays in the record"
    table.do("cora", MovePhase("closed"))
    assert table.panel.phase == "closed"


@pytest.mark.parametrize("status", ["absent", None])
def test_closing_is_refused_where_an_answer_was_put_into_the_record_after_it_was_sealed(status: str | None) -> None:
    table = agreed()
    forged(table, panel.Agreed(subject="neglect", about="child", status=status))
    agreement = panel.agreement(table.panel, NEGLECT)
    assert agreement and agreement.status == "active", "what was sealed stands"
    table.refuses("cora", MovePhase("closed"), "Neglect")


def test_closing_is_refused_where_a_members_answer_that_was_sealed_as_alike_has_changed() -> None:
    table = agreed()
    forged(table, Scored(member="sam", subject="wishes", about="child", status="opposed"))
    table.refuses("cora", MovePhase("closed"), "Wishes, the child")


def test_closing_is_refused_where_other_members_count_than_were_sealed() -> None:
    table = agreed()
    sealed = outcome_of(table).model_copy(update={"counting": ("cora", "sam")})
    forged(table, instead={len(table.events) - 2: sealed})
    table.refuses("cora", MovePhase("closed"), "whose answers counted")


def test_closing_is_refused_with_another_edition() -> None:
    table = agreed()
    with pytest.raises(panel.Refused, match="the edition"):
        panel.decide(table.panel, MovePhase("closed"), "cora", another_rule())


def test_closing_says_which_seal_it_checked() -> None:
    table = agreed()
    sealed = table.panel.seal
    assert sealed
    assert table.do("cora", MovePhase("closed")) == [PhaseMoved(to="closed", checked=sealed.version)]


def test_going_back_sets_the_seal_aside_and_the_later_one_supersedes_it() -> None:
    table = agreed()
    first = outcome_of(table)
    table.back_to("revealed")
    assert table.panel.seal is None and not table.panel.sealed
    table.do("cora", Agree(*GROWTH, "active", seen=table.panel.recorded[GROWTH]))
    table.to("agreed")
    second = outcome_of(table)
    assert second != first and first in table.events
    assert table.panel.seal and table.panel.seal.outcome == second
    told = " ".join(table.happened())
    assert told.count("What was agreed was sealed") == 2
    assert "What had been sealed is set aside and stays in the record." in told


def test_a_meeting_that_release_0_2_0_agreed_reads_as_worked_out_and_is_sealed_when_it_is_closed() -> None:
    table = as_release_0_2_0(agreed())
    before = panel.panel_light(table.panel, EDITION)
    assert not table.panel.sealed and before.indicated
    assert UNSEALED in record.summary(table.panel, EDITION, table.record)["sealed"]
    outcome, moved = table.do("cora", MovePhase("closed"))
    assert isinstance(outcome, Outcome) and isinstance(moved, PhaseMoved)
    assert outcome.indicated == before.indicated
    assert panel.panel_light(table.panel, EDITION) == before
    assert UNSEALED not in record.summary(table.panel, EDITION, table.record)["sealed"]


def test_an_outcome_without_its_light_still_folds_and_is_not_taken_for_a_seal() -> None:
    table = agreed()
    text = re.sub(r',"edition":.*', "}", outcome_of(table).model_dump_json())
    (short,) = panel.from_json([text])
    assert isinstance(short, Outcome) and short.light is None and short.edition == ""
    forged(table, instead={len(table.events) - 2: short})
    assert not table.panel.sealed
    assert panel.panel_light(table.panel, EDITION).indicated
    outcome, _ = table.do("cora", MovePhase("closed"))
    assert isinstance(outcome, Outcome) and outcome.light


def test_a_seal_is_shown_to_nobody_while_everybody_scores() -> None:
    table = agreed().back_to("scoring")
    assert panel.view_for(table.panel, "sam").seal is None


def test_before_it_is_agreed_the_summary_speaks_of_no_seal() -> None:
    table = Table("sam").to("revealed")
    assert record.summary(table.panel, EDITION, table.record)["sealed"] == ""


def test_the_summary_says_when_it_was_sealed_and_by_which_entry() -> None:
    table = agreed()
    said = record.summary(table.panel, EDITION, table.record)["sealed"]
    assert table.panel.seal and f"event {table.panel.seal.version}" in said
    assert "2 March 2026" in said


def test_an_edition_that_was_changed_in_the_record_is_not_used(tmp_path: Path) -> None:
    """Somebody who holds the database changes a level of the rule there, and makes every hash of that stream anew."""
    work = Workspace(Store.open(f"sqlite:///{tmp_path}/homeward.db"), EDITION)
    other = another_rule()
    stored = NewEvent("kept", json.dumps({"text": other.text}))
    earlier = "e" * 64  # the name of an edition that a meeting of an earlier release was scored with
    work.store.append(f"edition:{earlier}", 0, [stored], actor="app", at=datetime.now(UTC), kind="edition")
    with pytest.raises(Unreadable, match="was changed in the record"):
        work.editions.of(earlier)
    work.store.append(f"edition:{other.hash}", 0, [stored], actor="app", at=datetime.now(UTC), kind="edition")
    assert work.editions.of(other.hash) == other
    work.store.close()


def test_the_paper_has_the_hash_of_the_last_event_on_each_page_and_in_full_at_its_end(tmp_path: Path) -> None:
    work = Workspace(Store.open(f"sqlite:///{tmp_path}/homeward.db"), EDITION)
    work.cases.load_samples()
    meeting = work.meetings.demonstrate(work.cases.all()[0])
    version = work.meetings.state(meeting).version
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(work.meetings.summary(meeting, version))).pages]
    hash_, stamp = work.store.hash_at(f"panel:{meeting}", version), work.stamp()
    for page in pages:
        assert anchor.short(hash_) in " ".join(page.split())
    last = "".join("".join(pages[-2:]).split())
    assert hash_ in last and "verify--hash" in last
    assert (stamp.of, stamp.hash) == ("register", work.store.hash_at("register", stamp.number))
    assert stamp.hash in last
    earlier = work.meetings.summary(meeting, version - 1)
    (first,) = {page.extract_text()[-400:] for page in list(pypdf.PdfReader(io.BytesIO(earlier)).pages)[:1]}
    assert anchor.short(hash_) not in " ".join(first.split()), "as it stood then, with the hash of then"
    work.store.close()
