"""Protects: one click on a sample case shows a whole meeting, which a trainer steps through alone.

- every sample case can be demonstrated, by the same rules as a real meeting, from the first seat to the closed meeting;
- each step is the meeting as it stood then: a prefix of its events;
- it is plainly marked as fictional, nobody can sit in it, and nothing in it can be changed;
- going through it shows what matters: differing scores, the reveal, agreements, dissent, the light.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from framework import case, edition, panel
from framework.case import Case
from framework.edition import DEFAULT
from framework.panel import Event, Refused, access, demonstration, spread
from framework.panel.meetings import Ticket
from framework.streams.guessing import Caller
from framework.workspace import Workspace
from tests.record import listed

EDITION = edition.load(DEFAULT)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SAMPLES = case.load_samples(EDITION)
every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    opened = Workspace.open(database_url)
    yield opened
    opened.store.close()


def shown(sample: Case) -> list[Event]:
    return demonstration.events(sample, EDITION, "demo", "ABC234", NOW)


@every_sample
def test_every_sample_case_can_be_demonstrated_from_start_to_end(sample: Case) -> None:
    done = shown(sample)
    phases = [event.to for event in done if isinstance(event, panel.PhaseMoved)]
    assert phases == ["scoring", "revealed", "agreed", "closed"]
    state = panel.fold(done)
    assert state.phase == "closed"
    assert state.fictional and state.demonstration
    assert panel.open_questions(state, EDITION) == ()
    assert {member.name for member in state.members.values()} == {member.name for member in sample.member}
    assert all(len(state.answers[member.id]) == len(EDITION.questions(state.carer_ids)) for member in state.scorers)


@every_sample
def test_the_rules_of_a_real_meeting_allow_every_event(sample: Case) -> None:
    commands = {
        panel.Scored: lambda e: panel.Score(e.subject, e.about, e.status, e.note, e.evidence),
        panel.Agreed: lambda e: panel.Agree(e.subject, e.about, e.status, e.note),
        panel.Dissented: lambda e: panel.Dissent(e.subject, e.about, e.reason),
        panel.Finished: lambda e: panel.Finish(e.finished),
        panel.PhaseMoved: lambda e: panel.MovePhase(e.to, e.reason),
    }
    state = panel.Panel()
    for event in shown(sample):
        if command := commands.get(type(event)):
            asked = command(event)
            actor = getattr(event, "member", state.chair)
            access.may(state, actor, asked)
            *outcome, decided = panel.decide(state, asked, actor, EDITION)
            assert decided == event
            assert [one.type for one in outcome] == (["outcome"] if asked == panel.MovePhase("agreed") else [])
        state = panel.evolve(state, event)


@every_sample
def test_the_members_answer_as_the_case_says(sample: Case) -> None:
    state = panel.fold(shown(sample))
    names = {member.name: member.id for member in state.members.values()}
    for member in sample.member:
        if not EDITION.panel_roles[member.role].scores:
            assert names[member.name] not in state.reveals[0].answers
            continue
        own = state.reveals[0].answers[names[member.name]]
        differs = {(one.factor, one.about): one.status for one in member.differs}
        assert {key: given.status for key, given in own.items()} == {
            q.key: differs.get(q.key, sample.reference.answers.get(q.key, "unknown"))
            for q in EDITION.questions(state.carer_ids)
        }


@every_sample
def test_there_is_something_to_talk_about(sample: Case) -> None:
    state = panel.fold(shown(sample))
    assert any(one.differed for one in spread.spreads(state, EDITION))
    assert state.dissent
    for key, by in state.dissent.items():
        agreed = panel.agreement(state, key)
        assert agreed and all(reason for reason in by.values())
        assert all(state.answers[who][key].status != agreed.status for who in by)


@every_sample
def test_the_steps_lead_from_the_first_seat_to_the_end(sample: Case) -> None:
    done = shown(sample)
    steps = demonstration.steps(done, EDITION)
    versions = [step.version for step in steps]
    assert versions == sorted(set(versions))
    assert versions[-1] == len(done)
    titles = [step.title for step in steps]
    assert sum("takes a seat" in title for title in titles) == len(sample.member)
    assert [step.to for step in steps if step.to] == ["scoring", "revealed", "agreed", "closed"]
    assert sum(title.startswith("The panel agrees") for title in titles) == sum(e.type == "agreed" for e in done)
    assert titles[-1].startswith("The meeting is closed")
    assert {panel.fold(done[: step.version]).phase for step in steps} == set(panel.PHASES)


@every_sample
def test_the_room_sees_no_answer_before_the_reveal(sample: Case) -> None:
    done = shown(sample)
    for step in demonstration.steps(done, EDITION):
        state = panel.fold(done[: step.version])
        if state.phase in ("gathering", "scoring"):
            seen = panel.view_for(state, None)
            assert not seen.answers and not seen.reveals and not seen.recorded and not seen.dissent


@every_sample
def test_the_light_narrows_with_every_agreement_and_ends_where_the_panel_agreed(sample: Case) -> None:
    done = shown(sample)
    rank = EDITION.rank
    widths = []
    for version, event in enumerate(done, 1):
        if event.type == "agreed":
            light = panel.panel_light(panel.fold(done[:version]), EDITION)
            widths.append(rank[light.worst] - rank[light.best])
    assert widths == sorted(widths, reverse=True)


def test_a_step_is_the_meeting_as_it_stood(workspace: Workspace) -> None:
    meeting = workspace.meetings.demonstrate(SAMPLES[3])
    done = workspace.meetings.history(meeting)
    for step in workspace.meetings.steps(meeting):
        assert workspace.meetings._door.at(meeting, step.version) == panel.replay(done[: step.version])
    assert workspace.meetings.state(meeting) == panel.replay(done)


def test_it_is_marked_as_fictional_in_the_record_and_nobody_can_sit_in_it(workspace: Workspace) -> None:
    meeting = workspace.meetings.demonstrate(SAMPLES[0])
    state = workspace.meetings.state(meeting)
    assert state.fictional and state.demonstration
    assert {row.actor for row in workspace.meetings.history(meeting)} == {"demonstration"}
    assert all("(fictional)" in member.name for member in state.members.values())
    for key in ("", " ", "demo0", "0" * 12):
        assert workspace.meetings.seat(meeting, key) is None
    with pytest.raises(Refused, match="closed"):
        workspace.meetings.join(Ticket.new(meeting), "Somebody", "observer")
    with pytest.raises(Refused, match="closed"):
        workspace.meetings.by_code(state.code, Caller("a browser"))


def test_nothing_in_it_can_be_changed(workspace: Workspace) -> None:
    meeting = workspace.meetings.demonstrate(SAMPLES[0])
    before = workspace.meetings.state(meeting)
    for command in (
        panel.MovePhase("agreed", "Once more."),
        panel.Score("neglect", "child", "active"),
        panel.Agree("neglect", "child", "active"),
    ):
        actor = before.scorers[0].id if isinstance(command, panel.Score) else before.chair
        with pytest.raises(Refused, match="closed"):
            workspace.meetings.run(meeting, actor, command)
    assert workspace.meetings.state(meeting) == before


def test_starting_again_is_another_meeting_and_both_are_whole(workspace: Workspace) -> None:
    first, second = workspace.meetings.demonstrate(SAMPLES[1]), workspace.meetings.demonstrate(SAMPLES[1])
    assert first != second
    assert workspace.meetings.state(first).code != workspace.meetings.state(second).code
    assert workspace.store.verify().broken is None


def with_members(*roles: str) -> Case:
    members = tuple(case.FictionalMember(name=f"Member {n} (fictional)", role=role) for n, role in enumerate(roles))
    return SAMPLES[0].model_copy(update={"member": members})


@pytest.mark.parametrize(
    ("roles", "words"),
    [((), "no members"), (("observer", "social_worker"), "observer cannot chair"), (("reviewing_officer",), "Nobody")],
)
def test_a_case_whose_members_cannot_hold_a_meeting_is_refused_with_a_sentence(
    roles: tuple[str, ...], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        shown(with_members(*roles))


def test_without_a_named_chair_the_first_member_chairs() -> None:
    state = panel.fold(shown(with_members("team_manager", "second_worker", "observer")))
    assert state.members[state.chair].role == "team_manager"


@every_sample
def test_whoever_the_case_names_chairs_and_who_does_not_score_has_no_answers(sample: Case) -> None:
    state = panel.fold(shown(sample))
    (named,) = [member for member in sample.member if member.chairs]
    assert state.members[state.chair].name == named.name
    assert state.answers.keys() == {member.id for member in state.scorers}
    assert set(state.counting or ()) == state.answers.keys()


def test_the_same_click_twice_holds_one_meeting(workspace: Workspace) -> None:
    before = len(listed(workspace))
    first = workspace.meetings.demonstrate(SAMPLES[0], "a-meeting-of-the-page")
    assert workspace.meetings.demonstrate(SAMPLES[0], "a-meeting-of-the-page") == first
    assert len(listed(workspace)) == before + 1


def test_its_steps_and_its_light_are_what_was_agreed_with_the_reason_why_it_was_offered() -> None:
    state = panel.fold(shown(SAMPLES[0]))
    assert state.outcome
    reasons = {one.note for one in state.outcome.values() if one.by}
    assert reasons and reasons <= {f"Offered because {why}." for why in panel.OFFER_REASONS.values()}
