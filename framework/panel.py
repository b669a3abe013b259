"""A decision meeting: who sits in it, what each member answered on their own, what the panel agreed.

`decide(panel, command, actor, now)` checks a command against the state and yields events, or refuses with a sentence.
`evolve(panel, event)` gives the next state. Neither knows a clock, a database or a screen. What a member may see of the
others before the reveal is decided here too: :func:`view_for`.
"""

import gc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from framework import classification
from framework.classification import Assessment, Classification, InvalidAssessment, Key
from framework.edition import CHILD, HOUSEHOLD, UNKNOWN, Edition

T = TypeVar("T")

Phase = Literal["gathering", "scoring", "revealed", "agreed", "closed"]
PHASES: tuple[Phase, ...] = get_args(Phase)
Role = Literal[
    "chair", "social_worker", "team_manager", "second_worker", "reviewing_officer", "other_professional", "observer"
]
ROLES: dict[Role, str] = {
    "chair": "Chair",
    "social_worker": "Social worker",
    "team_manager": "Team manager",
    "second_worker": "Second worker",
    "reviewing_officer": "Reviewing officer",
    "other_professional": "Other professional",
    "observer": "Observer",
}
NAME_LIMIT, TEXT_LIMIT, SEATS_LIMIT, CARERS_LIMIT = 80, 4000, 30, 8


class Refused(Exception):
    """A command that the state, the phase, the role or the seat does not allow: a sentence for the user."""


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Opened(_Event):
    type: Literal["opened"] = "opened"
    meeting: str
    case: str
    title: str
    stage: int
    fictional: bool
    demonstration: bool = False
    edition: str
    """Hash of the edition that the meeting is scored with."""
    code: str


class CarersNamed(_Event):
    """The carers in the home the child would return to: id → the name shown on screen."""

    type: Literal["carers_named"] = "carers_named"
    carers: dict[str, str]


class Joined(_Event):
    type: Literal["joined"] = "joined"
    member: str
    name: str
    role: Role
    has_met_family: bool | None = None
    """Asked of a second worker only: independence is what the role is for."""
    key_hash: str
    """SHA-256 of the seat's key, with which its owner finds it again from any device."""


class Removed(_Event):
    type: Literal["removed"] = "removed"
    member: str
    reason: str


class HandedOver(_Event):
    """Another member takes the chair."""

    type: Literal["handed_over"] = "handed_over"
    member: str


class PhaseMoved(_Event):
    type: Literal["phase_moved"] = "phase_moved"
    to: Phase
    reason: str = ""


class Scored(_Event):
    """One answer of one member. `status` None takes an answer back."""

    type: Literal["scored"] = "scored"
    member: str
    subject: str
    about: str
    status: str | None
    note: str = ""
    evidence: tuple[str, ...] = ()
    together: bool = False
    """Filled in together with the rest of its section, not one by one."""
    reason: str = ""
    """Why the answer was changed after the reveal."""


class Finished(_Event):
    type: Literal["finished"] = "finished"
    member: str
    finished: bool


class Agreed(_Event):
    """The panel's answer, recorded by the chair. `status` None opens the question again."""

    type: Literal["agreed"] = "agreed"
    subject: str
    about: str
    status: str | None
    note: str = ""


class Dissented(_Event):
    """A member does not share the panel's answer. An empty reason withdraws the dissent."""

    type: Literal["dissented"] = "dissented"
    member: str
    subject: str
    about: str
    reason: str


class Focused(_Event):
    """The question that the room is discussing, for the wall."""

    type: Literal["focused"] = "focused"
    subject: str | None
    about: str | None


class NamesShown(_Event):
    """Whether the wall may show the carers' names."""

    type: Literal["names_shown"] = "names_shown"
    shown: bool


Event = (
    Opened
    | CarersNamed
    | Joined
    | Removed
    | HandedOver
    | PhaseMoved
    | Scored
    | Finished
    | Agreed
    | Dissented
    | Focused
    | NamesShown
)
_EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


def from_json(payloads: Iterable[str]) -> list[Event]:
    """Events from their stored form, in order."""
    return _not_collecting(lambda: _EVENTS.validate_json(f"[{','.join(payloads)}]"))


def _not_collecting(work: Callable[[], T]) -> T:
    """Thousands of new objects and nothing to throw away: the garbage collector would double the time for nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if collecting:
            gc.enable()


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    name: str
    role: Role
    has_met_family: bool | None
    key_hash: str
    removed: str | None = None
    """Why the seat was removed; None while it is taken."""

    @property
    def scores(self) -> bool:
        """Observers watch; everybody else scores."""
        return self.role != "observer" and self.removed is None


class Given(NamedTuple):  # made by the thousand when a long meeting is folded, and quicker to make than a dataclass
    """An answer as a member gave it."""

    status: str
    note: str = ""
    evidence: tuple[str, ...] = ()
    together: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    status: str
    note: str
    by: str
    """The chair who recorded it; "" where every member said the same."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A meeting as it stands after `version` events. Treat the mappings as immutable."""

    meeting: str = ""
    case: str = ""
    title: str = ""
    stage: int = 2
    fictional: bool = False
    demonstration: bool = False
    edition: str = ""
    code: str = ""
    phase: Phase = "gathering"
    chair: str = ""
    version: int = 0
    news: int = 0
    """The version of the last event that other members' screens show something of: of an answer given on one's own they
    show nothing, not even that it came."""
    carers: dict[str, str] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    answers: dict[str, dict[Key, Given]] = field(default_factory=dict)
    """member → question → their answer now."""
    first: dict[str, dict[Key, Given]] = field(default_factory=dict)
    """member → question → the answer they gave on their own, kept from the first reveal on."""
    recorded: dict[Key, Agreement] = field(default_factory=dict)
    """What the chair recorded (see :func:`agreement` for what is agreed)."""
    dissent: dict[Key, dict[str, str]] = field(default_factory=dict)
    """question → member → reason."""
    finished: frozenset[str] = frozenset()
    focus: Key | None = None
    names_on_wall: bool = False
    was_revealed: bool = False

    @property
    def carer_ids(self) -> tuple[str, ...]:
        return tuple(self.carers)

    @property
    def seated(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members.values() if member.removed is None)

    @property
    def scorers(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members.values() if member.scores)


def fold(events: Iterable[Event], start: Panel | None = None) -> Panel:
    """The state after these events. `start` is not changed."""
    panel = _Working(start or Panel())
    for event in events:
        panel.apply(event)
    return panel.done()


def replay(payloads: Iterable[str], start: Panel | None = None) -> Panel:
    """The state after these events in their stored form."""
    return _not_collecting(lambda: fold(from_json(payloads), start))


def evolve(panel: Panel, event: Event) -> Panel:
    """The state after one more event."""
    return fold((event,), panel)


class _Working:
    """A private copy of a state that events are applied to in place, so that folding thousands of them stays quick."""

    def __init__(self, panel: Panel) -> None:
        self.start = panel
        self.fields: dict[str, Any] = {}
        self.version, self.news = panel.version, panel.news
        self.alone = panel.phase == "scoring"
        self.carers, self.members = panel.carers, dict(panel.members)
        self.answers = {member: dict(answers) for member, answers in panel.answers.items()}
        self.first, self.recorded = panel.first, dict(panel.recorded)
        self.dissent = {key: dict(reasons) for key, reasons in panel.dissent.items()}
        self.finished = set(panel.finished)

    def apply(self, event: Event) -> None:
        self.version += 1
        if not (self.alone and type(event) is Scored):
            self.news = self.version
        match event:
            case Scored():  # nine in ten events
                answers = self.answers.setdefault(event.member, {})
                key, status = (event.subject, event.about), event.status
                if status is None:
                    answers.pop(key, None)
                else:
                    answers[key] = Given(status, event.note, event.evidence, event.together, event.reason)
            case Agreed(subject=subject, about=about, status=status):
                if status is None:
                    self.recorded.pop((subject, about), None)
                else:
                    chair = self.fields.get("chair", self.start.chair)
                    self.recorded[subject, about] = Agreement(status, event.note, chair)
            case Finished(member=member, finished=finished):
                (self.finished.add if finished else self.finished.discard)(member)
            case Dissented(member=member, subject=subject, about=about, reason=reason):
                reasons = self.dissent.setdefault((subject, about), {})
                reasons.pop(member, None)
                if reason:
                    reasons[member] = reason
            case Focused(subject=subject, about=about):
                self.fields["focus"] = (subject, about) if subject is not None and about is not None else None
            case PhaseMoved(to=to):
                self.fields["phase"] = to
                self.alone = to == "scoring"
                if to == "revealed" and not self.fields.get("was_revealed", self.start.was_revealed):
                    self.fields["was_revealed"] = True
                    self.first = {member: dict(answers) for member, answers in self.answers.items()}
            case Joined():
                self.members[event.member] = Member(
                    event.member, event.name, event.role, event.has_met_family, event.key_hash
                )
                if event.role == "chair":
                    self.fields["chair"] = event.member
            case Removed(member=member, reason=reason):
                self.members[member] = replace(self.members[member], removed=reason)
                self.finished.discard(member)
            case HandedOver(member=member):
                self.fields["chair"] = member
            case CarersNamed(carers=carers):
                self.carers = dict(carers)
            case NamesShown(shown=shown):
                self.fields["names_on_wall"] = shown
            case Opened():
                self.fields |= event.model_dump(exclude={"type"})

    def done(self) -> Panel:
        return replace(
            self.start,
            version=self.version,
            news=self.news,
            carers=self.carers,
            members=self.members,
            answers=self.answers,
            first=self.first,
            recorded=self.recorded,
            dissent=self.dissent,
            finished=frozenset(self.finished),
            **self.fields,
        )


# ── Reading a state ──────────────────────────────────────────────────────────────────────────────────────────────────


def assessment_of(panel: Panel, member: str) -> Assessment:
    """One member's own answers."""
    given = panel.answers.get(member, {})
    return Assessment(panel.carer_ids, {key: answer.status for key, answer in given.items()})


def light_of(panel: Panel, edition: Edition, member: str) -> Classification:
    """The classification of one member's own answers."""
    return classification.classify(edition, assessment_of(panel, member))


def agreement(panel: Panel, key: Key) -> Agreement | None:
    """The panel's answer: what the chair recorded, or what every scoring member said alike; None while it is open."""
    if recorded := panel.recorded.get(key):
        return recorded
    given = [panel.answers.get(member.id, {}).get(key) for member in panel.scorers]
    statuses = {answer.status if answer else None for answer in given}
    if len(statuses) == 1 and (status := statuses.pop()) is not None:
        return Agreement(status, "", "")
    return None


def panel_assessment(panel: Panel, edition: Edition) -> Assessment:
    """The panel's agreed answers; what is still open counts as unknown."""
    agreed = {q.key: agreement(panel, q.key) for q in edition.questions(panel.carer_ids)}
    return Assessment(panel.carer_ids, {key: answer.status for key, answer in agreed.items() if answer})


def panel_light(panel: Panel, edition: Edition) -> Classification:
    """The classification of what the panel has agreed so far."""
    return classification.classify(edition, panel_assessment(panel, edition))


def offered(panel: Panel, edition: Edition, key: Key) -> str:
    """The answer offered for agreement: the least favourable known one that was given; unknown if there is none."""
    value_of = edition.dimension_of(key[0]).value_of
    order = {s.id: (s.value, index) for index, s in enumerate(edition.dimension_of(key[0]).status)}
    given = {a[key].status for m in panel.scorers if key in (a := panel.answers.get(m.id, {}))} & value_of.keys()
    return max(given, key=lambda status: order[status], default=UNKNOWN)


def open_questions(panel: Panel, edition: Edition) -> tuple[Key, ...]:
    """The questions that the panel has not agreed yet."""
    return tuple(q.key for q in edition.questions(panel.carer_ids) if agreement(panel, q.key) is None)


@dataclass(frozen=True, slots=True)
class Progress:
    member: Member
    answered: int
    total: int
    finished: bool


def progress(panel: Panel, edition: Edition) -> tuple[Progress, ...]:
    """How far each scoring member has got; never what they answered."""
    questions = edition.questions(panel.carer_ids)
    keys = {question.key for question in questions if question.about}
    return tuple(
        Progress(
            member,
            sum(key in keys for key in panel.answers.get(member.id, {})),
            len(questions),
            member.id in panel.finished,
        )
        for member in panel.scorers
    )


def composition(panel: Panel) -> tuple[str, ...]:
    """What the framework asks of the panel and is missing, in plain sentences (source: wilkins2015, stages 1 and 2)."""
    roles = {member.role for member in panel.seated}
    missing = []
    if "social_worker" not in roles:
        missing.append("The child's social worker is not here.")
    if "team_manager" not in roles:
        missing.append("The social worker's team manager is not here.")
    second = [member for member in panel.seated if member.role == "second_worker"]
    if not second:
        missing.append(
            "There is no second worker: nobody here has written the case history without meeting the family. The "
            "framework asks for this independent view as a guard against bias."
        )
    elif all(member.has_met_family for member in second):
        missing.append("The second worker has met the family, so the panel has no independent view.")
    return tuple(missing)


def view_for(panel: Panel, member: str | None) -> Panel:
    """What this member's screen may receive: until the reveal, nobody else's answers (None: a screen without a seat).

    Everything that a page shows goes through here, so that what may not be shown is not sent.
    """
    if panel.phase in ("revealed", "agreed", "closed"):
        return panel
    own = {member: panel.answers[member]} if member in panel.answers else {}
    own_first = {member: panel.first[member]} if member in panel.first else {}
    return replace(panel, answers=own, first=own_first, recorded={}, dissent={}, focus=None)


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Seat:
    """A place to take at the table. `key_hash` lets its owner back in (see workspace)."""

    member: str
    name: str
    role: Role
    key_hash: str
    has_met_family: bool | None = None


@dataclass(frozen=True, slots=True)
class Open:
    meeting: str
    case: str
    title: str
    stage: int
    fictional: bool
    edition: str
    code: str
    carers: Mapping[str, str]
    chair: Seat
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class NameCarers:
    carers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Join:
    seat: Seat


@dataclass(frozen=True, slots=True)
class Remove:
    member: str
    reason: str


@dataclass(frozen=True, slots=True)
class HandOver:
    member: str


@dataclass(frozen=True, slots=True)
class MovePhase:
    to: Phase
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    subject: str
    about: str
    status: str | None
    note: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FillRest:
    """Answer every question among `keys` that is still open with one status, marked as filled in together."""

    keys: tuple[Key, ...]
    status: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take back the answers to these questions that were filled in together."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    finished: bool


@dataclass(frozen=True, slots=True)
class Agree:
    """Record the panel's answer; `seen` is the recorded answer on the chair's screen, so that two hands cannot cross."""

    subject: str
    about: str
    status: str | None
    note: str = ""
    seen: Agreement | None = None


@dataclass(frozen=True, slots=True)
class AgreeOffered:
    """Record the offered answer for each of these questions that is still open (see :func:`offered`)."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Dissent:
    subject: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class Focus:
    key: Key | None


@dataclass(frozen=True, slots=True)
class ShowNames:
    shown: bool


Command = (
    Open
    | NameCarers
    | Join
    | Remove
    | HandOver
    | MovePhase
    | Score
    | FillRest
    | TakeBack
    | Finish
    | Agree
    | AgreeOffered
    | Dissent
    | Focus
    | ShowNames
)


def decide(panel: Panel, command: Command, actor: str, edition: Edition, now: datetime) -> list[Event]:
    """The events that this command leads to. Raises Refused with a sentence for the user.

    `actor` is the member who asks; whether their seat may ask it at all is checked before, in access.py.
    """
    if isinstance(command, Open):
        return _open(panel, command)
    if not panel.version:
        raise Refused("There is no such meeting.")
    if panel.phase == "closed":
        raise Refused("This meeting is closed. Nothing in it can be changed any more.")
    match command:
        case Join(seat=seat):
            return [_joined(panel, seat)]
        case NameCarers(carers=carers):
            _only_in(panel, ("gathering", "scoring"), "The carers can be named until the scores are revealed.")
            return [_carers_named(carers)]
        case Remove(member=member, reason=reason):
            _seated(panel, member)
            if member == panel.chair:
                raise Refused("The chair's seat cannot be removed. Hand over the chair first.")
            return [Removed(member=member, reason=_text(reason, "the reason", required=True))]
        case HandOver(member=member):
            _seated(panel, member)
            if panel.members[member].role == "observer":
                raise Refused("An observer cannot chair the meeting.")
            return [HandedOver(member=member)] if member != panel.chair else []
        case MovePhase(to=to, reason=reason):
            return _move(panel, edition, to, reason)
        case Score():
            return _score(panel, edition, actor, command)
        case FillRest(keys=keys, status=status):
            _only_in(panel, ("scoring",), "Answers can be filled in together only while everybody is scoring.")
            given = panel.answers.get(actor, {})
            missing = [key for key in keys if key not in given]
            for key in missing:
                _check(panel, edition, *key, status)
            return [
                Scored(member=actor, subject=subject, about=about, status=status, together=True)
                for subject, about in missing
            ]
        case TakeBack(keys=keys):
            _only_in(panel, ("scoring",), "Answers can be taken back only while everybody is scoring.")
            given = panel.answers.get(actor, {})
            return [
                Scored(member=actor, subject=subject, about=about, status=None)
                for subject, about in keys
                if (answer := given.get((subject, about))) and answer.together
            ]
        case Finish(finished=finished):
            _only_in(panel, ("scoring",), "Nobody is scoring now.")
            return [Finished(member=actor, finished=finished)] if (actor in panel.finished) != finished else []
        case Agree():
            return _agree(panel, edition, command)
        case AgreeOffered(keys=keys):
            _only_in(panel, ("revealed",), "The panel agrees its answers between the reveal and the decision.")
            for key in keys:
                _check(panel, edition, *key, UNKNOWN)
            return [
                Agreed(subject=key[0], about=key[1], status=offered(panel, edition, key))
                for key in keys
                if agreement(panel, key) is None
            ]
        case Dissent(subject=subject, about=about, reason=reason):
            _only_in(panel, ("revealed", "agreed"), "Dissent is recorded once the scores are revealed.")
            _check(panel, edition, subject, about, UNKNOWN)
            return [Dissented(member=actor, subject=subject, about=about, reason=_text(reason, "the reason"))]
        case Focus(key=key):
            _only_in(panel, ("revealed", "agreed"), "There is nothing to discuss on the wall before the reveal.")
            if key:
                _check(panel, edition, *key, UNKNOWN)
            return [Focused(subject=key and key[0], about=key and key[1])] if key != panel.focus else []
        case ShowNames(shown=shown):
            return [NamesShown(shown=shown)] if shown != panel.names_on_wall else []
    raise Refused(f"The meeting does not know what to do with {type(command).__name__}.")


def _open(panel: Panel, command: Open) -> list[Event]:
    if panel.version:
        raise Refused("This meeting is open already.")
    if command.chair.role != "chair":
        raise Refused("The person who opens a meeting chairs it.")
    return [
        Opened(
            meeting=command.meeting,
            case=command.case,
            title=command.title,
            stage=command.stage,
            fictional=command.fictional,
            demonstration=command.demonstration,
            edition=command.edition,
            code=command.code,
        ),
        _joined(panel, command.chair),
        *([_carers_named(command.carers)] if command.carers else []),
    ]


def _joined(panel: Panel, seat: Seat) -> Joined:
    if seat.role not in ROLES:
        raise Refused(f"Unknown role {seat.role}.")
    if seat.role == "chair" and panel.chair:
        raise Refused("This meeting has a chair. The chair can hand over to you once you have joined in another role.")
    if len(panel.seated) >= SEATS_LIMIT:
        raise Refused(f"This meeting has {SEATS_LIMIT} seats and all are taken. The chair can remove one.")
    name = _name(seat.name, "your name")
    if any(member.name.casefold() == name.casefold() for member in panel.seated):
        raise Refused(
            f"There is a {name} at this meeting already. If that is you, take your own seat with your seat key; if not, "
            "add your surname's first letter."
        )
    return Joined(
        member=seat.member, name=name, role=seat.role, has_met_family=seat.has_met_family, key_hash=seat.key_hash
    )


def _carers_named(carers: Mapping[str, str]) -> CarersNamed:
    if not carers:
        raise Refused("Name at least one carer: the home that the child would return to has somebody in it.")
    if len(carers) > CARERS_LIMIT:
        raise Refused(f"No more than {CARERS_LIMIT} carers can be named.")
    named = {}
    for identifier, name in carers.items():
        if identifier in (CHILD, HOUSEHOLD, ""):
            raise Refused(f'A carer cannot have the id "{identifier}".')
        named[identifier] = _name(name, "the carer's name")
    names = [name.casefold() for name in named.values()]
    for name in named.values():
        if names.count(name.casefold()) > 1:
            raise Refused(f"Two carers are called {name}. Tell them apart, for example by their relation to the child.")
    return CarersNamed(carers=named)


def _move(panel: Panel, edition: Edition, to: Phase, reason: str) -> list[Event]:
    if to not in PHASES:
        raise Refused(f"Unknown phase {to}.")
    now, then = PHASES.index(panel.phase), PHASES.index(to)
    if now == then:
        return []
    if then > now + 1:
        raise Refused(f"The meeting moves one step at a time: the next is {PHASE_WORDS[PHASES[now + 1]]}.")
    reason = _text(reason, "the reason")
    if then < now and not reason:
        raise Refused("Going back needs a reason. It is kept in the record.")
    if to == "scoring" and not panel.carers:
        raise Refused("Name the carers in the home first: some factors are scored once for each of them.")
    if to == "revealed" and then > now:
        if not panel.scorers:
            raise Refused("Nobody here scores, so there is nothing to reveal.")
        if not any(panel.answers.get(member.id) for member in panel.scorers):
            raise Refused("Nobody has scored anything yet, so there is nothing to reveal.")
    if to == "agreed" and then > now and (still := open_questions(panel, edition)):
        raise Refused(f"{len(still)} answers are still open. Agree each one first; “not known” is an answer too.")
    return [PhaseMoved(to=to, reason=reason)]


PHASE_WORDS: dict[Phase, str] = {
    "gathering": "Gathering",
    "scoring": "Scoring",
    "revealed": "Revealed",
    "agreed": "Agreed",
    "closed": "Closed",
}


def _score(panel: Panel, edition: Edition, actor: str, command: Score) -> list[Event]:
    _only_in(
        panel,
        ("scoring", "revealed"),
        "Scoring has not started yet."
        if panel.phase == "gathering"
        else "The answers are agreed; go back to change one.",
    )
    key = (command.subject, command.about)
    _check(panel, edition, *key, UNKNOWN if command.status is None else command.status)
    for kind in command.evidence:
        if kind not in edition.evidence_kinds:
            raise Refused(f'Unknown kind of evidence "{kind}".')
    before = panel.answers.get(actor, {}).get(key)
    if command.status is None:
        if panel.phase != "scoring":
            raise Refused("After the reveal an answer can be changed, but not taken back.")
        return [Scored(member=actor, subject=key[0], about=key[1], status=None)] if before else []
    reason = _text(command.reason, "the reason")
    if panel.phase == "revealed" and before and before.status != command.status and not reason:
        raise Refused("Say why you are changing your answer. Your first answer stays beside the new one.")
    if before and before.status == command.status:
        reason = reason or before.reason  # only the note was edited: why the answer was changed still stands
    given = Given(
        command.status, _text(command.note, "the note"), tuple(dict.fromkeys(command.evidence)), False, reason
    )
    if before and (before.status, before.note, before.evidence) == (given.status, given.note, given.evidence):
        return []
    return [
        Scored(
            member=actor,
            subject=key[0],
            about=key[1],
            status=given.status,
            note=given.note,
            evidence=given.evidence,
            reason=given.reason,
        )
    ]


def _agree(panel: Panel, edition: Edition, command: Agree) -> list[Event]:
    _only_in(panel, ("revealed",), "The panel agrees its answers between the reveal and the decision.")
    key = (command.subject, command.about)
    _check(panel, edition, *key, UNKNOWN if command.status is None else command.status)
    now = panel.recorded.get(key)
    if now != command.seen:
        what = edition.status_label(key[0], now.status) if now else "open again"
        raise Refused(f"Somebody else has just changed this answer; it is now: {what}. Look at it and choose again.")
    if command.status is None:
        return [Agreed(subject=key[0], about=key[1], status=None)] if now else []
    return [Agreed(subject=key[0], about=key[1], status=command.status, note=_text(command.note, "the note"))]


def _only_in(panel: Panel, phases: tuple[Phase, ...], sentence: str) -> None:
    if panel.phase not in phases:
        raise Refused(f"{sentence} The meeting is at: {PHASE_WORDS[panel.phase]}.")


def _seated(panel: Panel, member: str) -> None:
    if member not in panel.members or panel.members[member].removed is not None:
        raise Refused("There is no such seat at this meeting.")


def _check(panel: Panel, edition: Edition, subject: str, about: str, status: str) -> None:
    try:
        classification.check_answer(edition, panel.carer_ids, subject, about, status)
    except InvalidAssessment as error:
        raise Refused(str(error)) from None


def _name(value: str, what: str) -> str:
    """A name, on one line."""
    return " ".join(_text(value, what, required=True, limit=NAME_LIMIT).split())


def _text(value: str, what: str, *, required: bool = False, limit: int = TEXT_LIMIT) -> str:
    """Text from a person, trimmed, with plain spaces and line ends and no control characters. Raises Refused if it is missing or too long."""
    lines = "\n".join(value.replace("\v", "\n").replace("\f", "\n").splitlines())
    spaced = "".join(" " if c.isspace() and c not in "\n\t" else c for c in lines)
    text = "".join(c for c in spaced if c in "\n\t" or c.isprintable()).strip()
    if required and not text:
        raise Refused(f"Please give {what}.")
    if len(text) > limit:
        raise Refused(f"Please shorten {what}: it has {len(text):,} characters, and {limit:,} fit.")
    return text
