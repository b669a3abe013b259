"""The events of a meeting and the state that they fold to.

Events are for ever: one that release 0.2.0 wrote still parses and folds, so every field added since has a default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from framework.edition import DimensionId
from framework.light import classification
from framework.light.classification import Key
from framework.streams.kind import Erased, Happened

Phase = Literal["gathering", "scoring", "revealed", "agreed", "closed"]
PHASES: tuple[Phase, ...] = get_args(Phase)
PHASE_WORDS: dict[Phase, str] = {
    "gathering": "Gathering",
    "scoring": "Scoring",
    "revealed": "Revealed",
    "agreed": "Agreed",
    "closed": "Closed",
}
SEEN_BY_ALL: tuple[Phase, ...] = ("revealed", "agreed", "closed")
"""The phases in which everybody at the table sees everybody's answers."""
SEATS_LIMIT, CARERS_LIMIT = 30, 8


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)


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
    chair: str = ""
    """The member who chairs at first. "" in release 0.2.0, where whoever joined with the role "chair" did."""
    casefile: str = ""
    """The case file that the meeting is on; `case` is "" then. "" for a sample case, as until release 0.3.0."""
    bundle: dict[str, Any] | None = None
    """Of a case file: the evidence that was chosen for the meeting, as it stood then (the JSON of a :class:`framework.case.Case`)."""


class CarersNamed(_Event):
    """The parents or carers in the home the child would return to: id → the name shown on screen.

    An id that is missing was taken off; what was answered about that person stays in the record. No id is given twice.
    """

    type: Literal["carers_named"] = "carers_named"
    carers: dict[str, str]


class Joined(_Event):
    type: Literal["joined"] = "joined"
    member: str
    name: str
    role: str
    has_met_family: bool | None = None
    """Asked of a second or additional worker only: independence is what the role is for."""
    key_hash: str
    """SHA-256 of the seat's key, with which its owner finds it again from any device."""
    scores: bool | None = None
    """Whether the role scores, by the edition. None in release 0.2.0: everybody but an observer did."""
    person: str = ""
    """Who they are, if they had signed in (or chosen an invented person). "" for a guest, and until release 0.3.0."""
    let_in_by: str = ""
    """The member who let them in; "" where they needed nobody to."""


class SeatAsked(_Event):
    """Somebody who has no part in the case asks for a seat, which is theirs once the chair or the deputy lets them in."""

    type: Literal["seat_asked"] = "seat_asked"
    request: str
    member: str
    name: str
    role: str
    has_met_family: bool | None = None
    key_hash: str
    scores: bool
    person: str = ""


class RoleCorrected(_Event):
    type: Literal["role_corrected"] = "role_corrected"
    member: str
    role: str
    has_met_family: bool | None
    scores: bool


class Removed(_Event):
    type: Literal["removed"] = "removed"
    member: str
    reason: str
    code: str = ""
    """What the meeting is joined with from then on. "" until release 0.3.0, where the code stayed."""


class Restored(_Event):
    """A seat that was removed is taken again: its owner's key opens it as before."""

    type: Literal["restored"] = "restored"
    member: str


class HandedOver(_Event):
    """Another member takes the chair."""

    type: Literal["handed_over"] = "handed_over"
    member: str


class DeputyNamed(_Event):
    """Who may take the chair, and let the chair back in, if the chair's device fails. None: nobody."""

    type: Literal["deputy_named"] = "deputy_named"
    member: str | None


class ReturnAsked(_Event):
    """Somebody without their seat key asks to have their own seat back, with a new key."""

    type: Literal["return_asked"] = "return_asked"
    request: str
    member: str
    key_hash: str


class ReturnSupported(_Event):
    """One of those who must agree says that it is them."""

    type: Literal["return_supported"] = "return_supported"
    request: str
    by: str


class ReturnRefused(_Event):
    """They are not let back in: `by` whom it was refused; "" where they gave it up themselves."""

    type: Literal["return_refused"] = "return_refused"
    request: str
    by: str


class KeyReplaced(_Event):
    """A seat has a new key; the old one opens nothing any more."""

    type: Literal["key_replaced"] = "key_replaced"
    request: str
    member: str
    key_hash: str
    by: tuple[str, ...]
    """Who let them back in."""


class PhaseMoved(_Event):
    type: Literal["phase_moved"] = "phase_moved"
    to: Phase
    reason: str = ""
    counting: tuple[str, ...] | None = None
    """At a reveal: the members whose answers count from here on. None in release 0.2.0, and for every other phase."""
    checked: int | None = None
    """At the closing: the version of the `Outcome` that was checked again. None for every other phase, and where it is written now."""


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


class NoteAdded(_Event):
    """What a member wrote about a question after the reveal: it stands apart, with its time."""

    type: Literal["note_added"] = "note_added"
    member: str
    subject: str
    about: str
    text: str


class LightShown(_Event):
    """A member looked at their own light before they had finished."""

    type: Literal["light_shown"] = "light_shown"
    member: str


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


class OutcomeAnswer(_Event):
    subject: str
    about: str
    status: str
    note: str = ""
    by: str = ""
    """The chair who recorded it; "" where every counting member said the same."""


class OutcomeLight(_Event):
    """What the rule made of the answers beside the level, as :class:`framework.light.classification.Classification` has it.

    In words and numbers of its own, so that what is stored stays readable when that class changes.
    """

    colour: classification.Light
    dimensions: dict[DimensionId, tuple[int, int]]
    row: int | None
    """Which row of the edition's rule fits, counted from 0."""
    holding: tuple[tuple[str, str, str], ...]
    """(subject, about, status)"""
    held_by: tuple[DimensionId, ...]
    unknown: tuple[tuple[str, str, bool], ...]
    """(subject, about, whether the answer can narrow the range of levels)"""
    unknown_for_safety: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    history: tuple[str, ...]
    only_process: bool


class Outcome(_Event):
    """What the panel agreed, written once: whoever comes or goes later, or another release of the rule, changes nothing of it."""

    type: Literal["outcome"] = "outcome"
    counting: tuple[str, ...]
    answers: tuple[OutcomeAnswer, ...]
    indicated: str | None
    best: str
    worst: str
    basis: Literal["row", "gap"] | None
    edition: str = ""
    """Hash of the edition that gave the light. "" where an earlier release wrote it, with no `light`."""
    edition_id: str = ""
    light: OutcomeLight | None = None


class Dissented(_Event):
    """A member does not share the panel's answer. An empty reason withdraws the dissent."""

    type: Literal["dissented"] = "dissented"
    member: str
    subject: str
    about: str
    reason: str


class ViewRecorded(_Event):
    """What a member who does not score, a reviewing officer above all, has to say. An empty text withdraws it."""

    type: Literal["view_recorded"] = "view_recorded"
    member: str
    text: str


class Focused(_Event):
    """The question that the room is discussing, for the wall."""

    type: Literal["focused"] = "focused"
    subject: str | None
    about: str | None


class NamesShown(_Event):
    """Whether the wall may show the carers' names."""

    type: Literal["names_shown"] = "names_shown"
    shown: bool


class WallOffered(_Event):
    """A code with which one screen can be made the wall, for a short time. It takes the place of the one before."""

    type: Literal["wall_offered"] = "wall_offered"
    code: str


class WallOpened(_Event):
    """A screen was made the wall; its code opens no other one."""

    type: Literal["wall_opened"] = "wall_opened"
    screen: str
    """SHA-256 of what tells its browser from others."""


Event = (
    Opened
    | CarersNamed
    | Joined
    | SeatAsked
    | RoleCorrected
    | Removed
    | Restored
    | HandedOver
    | DeputyNamed
    | ReturnAsked
    | ReturnSupported
    | ReturnRefused
    | KeyReplaced
    | PhaseMoved
    | Scored
    | NoteAdded
    | LightShown
    | Finished
    | Agreed
    | Outcome
    | Dissented
    | ViewRecorded
    | Focused
    | NamesShown
    | WallOffered
    | WallOpened
)
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


def from_json(payloads: Iterable[str]) -> list[Event]:
    """Events from their stored form, in order."""
    return EVENTS.validate_json(f"[{','.join(payloads)}]")


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    name: str
    role: str
    has_met_family: bool | None
    key_hash: str
    scoring: bool
    """Whether the role scores."""
    joined_at: datetime | None = None
    late: bool = False
    """Had no seat that scores, and no answer, when everybody saw the answers: what they answer stands apart and never counts.
    (Of no consequence while the role does not score. Who had such a seat and was silent can count at a later reveal.)"""
    removed: str | None = None
    """Why the seat was removed; None while it is taken."""
    removed_at: datetime | None = None
    person: str = ""
    """Who they are, if they are known (see :class:`Joined`)."""
    let_in: bool = False
    """Was let in by the chair or the deputy, without a part in the case."""

    @property
    def guest(self) -> bool:
        """Somebody from elsewhere, who is known by their seat only."""
        return self.let_in and not self.person

    @property
    def scores(self) -> bool:
        """Whether this seat is taken and scores."""
        return self.scoring and self.removed is None


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
    """The chair who recorded it; "" where every counting member said the same."""
    of: Mapping[str, str] = field(default_factory=dict, compare=False)
    """member → status: the answers that counted when it was recorded. If others count at a later reveal, it is open again."""


@dataclass(frozen=True, slots=True)
class Reveal:
    """A reveal: who counted, and what each member had answered on their own."""

    counting: tuple[str, ...]
    answers: Mapping[str, Mapping[Key, Given]]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """The event that holds what was agreed."""

    outcome: Outcome
    version: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddedNote:
    member: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What a member who does not score has put on record."""

    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """Somebody at a new device who says that a seat is theirs; or, with `seat`, who asks for one of their own."""

    id: str
    member: str
    key_hash: str
    supported_by: tuple[str, ...] = ()
    at: datetime | None = None
    seat: SeatAsked | None = None


@dataclass(frozen=True, slots=True)
class WallCode:
    """A code for a screen that is to show the wall."""

    code: str
    at: datetime | None = None
    screen: str = ""
    """The screen that has used it; "" while none has."""


@dataclass(frozen=True, slots=True)
class StepBack:
    """The last move to an earlier phase, until the meeting moves on again."""

    was: Phase
    reason: str
    by: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """The last change of the chair."""

    before: str
    chair: str
    version: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A meeting as it stands after `version` events. Treat the mappings as immutable."""

    meeting: str = ""
    case: str = ""
    casefile: str = ""
    bundle: dict[str, Any] | None = None
    title: str = ""
    stage: int = 2
    fictional: bool = False
    demonstration: bool = False
    edition: str = ""
    code: str = ""
    phase: Phase = "gathering"
    chair: str = ""
    deputy: str = ""
    version: int = 0
    news: int = 0
    """The version of the last event that other members' screens show something of: of an answer given on one's own they
    show nothing, not even that it came."""
    own: dict[str, int] = field(default_factory=dict)
    """member → the version of the last event that only their own screens show something of."""
    carers: dict[str, str] = field(default_factory=dict)
    past_carers: dict[str, str] = field(default_factory=dict)
    """Those who were taken off, with the name they had last. Their ids are not given again."""
    members: dict[str, Member] = field(default_factory=dict)
    at_start: frozenset[str] = frozenset()
    """The members who sat at the table when scoring first began."""
    requests: dict[str, ReturnRequest] = field(default_factory=dict)
    """Who asks to have their seat back, and has not been answered yet."""
    answers: dict[str, dict[Key, Given]] = field(default_factory=dict)
    """member → question → their answer now."""
    others_answered: frozenset[str] = frozenset()
    """Members who have answered something, where their answers are not given: only to the chair, who is asked about the others."""
    reveals: tuple[Reveal, ...] = ()
    """Every reveal so far, the first one first."""
    given_openly: dict[str, dict[Key, tuple[tuple[int, Given], ...]]] = field(default_factory=dict)
    """member → question → each answer given while everybody saw the answers, with the number of reveals before it."""
    counting: tuple[str, ...] | None = None
    """The members whose answers count since the last reveal; None before it, and while everybody scores again."""
    notes: dict[Key, tuple[AddedNote, ...]] = field(default_factory=dict)
    """question → what members added after the reveal."""
    recorded: dict[Key, Agreement] = field(default_factory=dict)
    """What the chair recorded (see :func:`framework.panel.reading.agreement` for what is agreed)."""
    outcome: dict[Key, Agreement] | None = None
    """What was agreed, as written when the panel went on; None before, and after it went back."""
    seal: Seal | None = None
    """Where that is written; None also where release 0.2.0 wrote nothing, so that `outcome` is worked out on reading."""
    dissent: dict[Key, dict[str, str]] = field(default_factory=dict)
    """question → member → reason."""
    views: dict[str, View] = field(default_factory=dict)
    """member → the view they put on record."""
    finished: frozenset[str] = frozenset()
    light_shown: frozenset[str] = frozenset()
    """Members who looked at their own light before they had finished."""
    focus: Key | None = None
    names_on_wall: bool = False
    wall: WallCode | None = None
    """The last code for a wall screen; it may be too old by now."""
    stepped_back: StepBack | None = None
    handover: Handover | None = None

    @property
    def carer_ids(self) -> tuple[str, ...]:
        return tuple(self.carers)

    @property
    def sealed(self) -> bool:
        """Whether what was agreed is written with its light and its edition, so that nothing of it is worked out on reading."""
        return self.seal is not None and self.seal.outcome.light is not None

    @property
    def was_revealed(self) -> bool:
        return bool(self.reveals)

    @property
    def seated(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members.values() if member.removed is None)

    @property
    def scorers(self) -> tuple[Member, ...]:
        """Those who sit at the table and score, whether or not their answers count."""
        return tuple(member for member in self.members.values() if member.scores)


def fold(events: Iterable[Event], start: Panel | None = None, at: datetime | None = None) -> Panel:
    """The state after these events, which happened at one moment. `start` is not changed."""
    panel = _Working(start or Panel())
    for event in events:
        panel.apply(event, at)
    return panel.done()


def replay(happened: Iterable[Happened], start: Panel | None = None) -> Panel:
    """The state after what happened, each at its own moment."""
    panel = _Working(start or Panel())
    for event, _, at in happened:
        panel.apply(event, at)
    return panel.done()


def evolve(panel: Panel, event: Event, at: datetime | None = None) -> Panel:
    """The state after one more event."""
    return fold((event,), panel, at)


class _Working:
    """A private copy of a state that events are applied to in place, so that folding thousands of them stays quick."""

    def __init__(self, panel: Panel) -> None:
        self.start = panel
        self.fields: dict[str, Any] = {}
        self.version, self.news = panel.version, panel.news
        self.phase, self.chair = panel.phase, panel.chair
        self.own = dict(panel.own)
        self.members, self.requests = dict(panel.members), dict(panel.requests)
        self.answers = {member: dict(answers) for member, answers in panel.answers.items()}
        self.recorded, self.notes, self.views = dict(panel.recorded), dict(panel.notes), dict(panel.views)
        self.dissent = {key: dict(reasons) for key, reasons in panel.dissent.items()}
        self.finished = set(panel.finished)

    def get(self, name: str) -> Any:
        return self.fields.get(name, getattr(self.start, name))

    def apply(self, event: Event | Erased, at: datetime | None) -> None:
        self.version += 1
        if isinstance(event, Scored):  # nine in ten events
            self._scored(event)
            return
        if isinstance(event, LightShown):
            self.own[event.member] = self.version
            self.fields["light_shown"] = self.get("light_shown") | {event.member}
            return
        self.news = self.version
        match event:
            case Erased():
                if self.version == 1:
                    raise ValueError("a meeting cannot be read without its opening")
            case Agreed(subject=subject, about=about, status=status):
                if status is None:
                    self.recorded.pop((subject, about), None)
                else:
                    of = self._counted((subject, about), self.get("counting") or ())
                    self.recorded[subject, about] = Agreement(status, event.note, self.chair, of)
            case Finished(member=member, finished=finished):
                (self.finished.add if finished else self.finished.discard)(member)
            case Dissented(member=member, subject=subject, about=about, reason=reason):
                reasons = self.dissent.setdefault((subject, about), {})
                reasons.pop(member, None)
                if reason:
                    reasons[member] = reason
            case ViewRecorded(member=member, text=text):
                self.views.pop(member, None)
                if text:
                    self.views[member] = View(text, at)
            case NoteAdded(member=member, subject=subject, about=about, text=text):
                self.notes[subject, about] = (*self.notes.get((subject, about), ()), AddedNote(member, text, at))
            case Focused(subject=subject, about=about):
                self.fields["focus"] = (subject, about) if subject is not None and about is not None else None
            case PhaseMoved():
                self._moved(event, at)
            case Outcome(answers=answers):
                self.fields["outcome"] = {
                    (a.subject, a.about): Agreement(a.status, a.note, a.by, self._recorded_of((a.subject, a.about)))
                    for a in answers
                }
                self.fields["seal"] = Seal(event, self.version, at)
                if event.light is not None:
                    self.fields["counting"] = event.counting
            case CarersNamed(carers=carers):
                before = self.get("carers")
                gone = {carer: name for carer, name in before.items() if carer not in carers}
                past = {**self.get("past_carers"), **gone}
                self.fields["carers"] = dict(carers)
                self.fields["past_carers"] = {carer: name for carer, name in past.items() if carer not in carers}
            case NamesShown(shown=shown):
                self.fields["names_on_wall"] = shown
            case WallOffered(code=code):
                self.fields["wall"] = WallCode(code, at)
            case WallOpened(screen=screen):
                self.fields["wall"] = replace(self.get("wall"), screen=screen)
            case Opened():
                self.fields |= event.model_dump(exclude={"type", "chair"})
                self.chair = event.chair
            case _:
                self._seats(event, at)

    def _scored(self, event: Scored) -> None:
        if self.phase == "scoring":
            self.own[event.member] = self.version
        else:
            self.news = self.version
        answers = self.answers.setdefault(event.member, {})
        key, status = (event.subject, event.about), event.status
        if status is None:
            answers.pop(key, None)
        else:
            answers[key] = Given(status, event.note, event.evidence, event.together, event.reason)
            if self.phase != "scoring":
                self._answered_openly(event.member, key, answers[key])

    def _answered_openly(self, member: str, key: Key, given: Given) -> None:
        openly = self.get("given_openly")
        own = openly.get(member, {})
        number = len(self.get("reveals"))
        self.fields["given_openly"] = {**openly, member: {**own, key: (*own.get(key, ()), (number, given))}}

    def _moved(self, event: PhaseMoved, at: datetime | None) -> None:
        was, self.phase = self.phase, event.to
        back = PHASES.index(event.to) < PHASES.index(was)
        self.fields["stepped_back"] = StepBack(was, event.reason, self.chair, at) if back else None
        if back:
            self.finished.clear()
            self.fields["outcome"] = self.fields["seal"] = None
        if back and event.to in ("gathering", "scoring"):
            self.fields["counting"] = None
            self.fields["light_shown"] = frozenset()
        if event.to == "scoring" and not self.get("at_start"):
            self.fields["at_start"] = frozenset(m.id for m in self.members.values() if m.removed is None)
        if event.to == "revealed" and not back:
            self._revealed(event, at)
        if event.to == "agreed" and not back and self.get("outcome") is None:
            self.fields["outcome"] = self._agreed_in_release_0_2_0()

    def _revealed(self, event: PhaseMoved, at: datetime | None) -> None:
        counting = event.counting if event.counting is not None else self._answered()
        answers = {member: dict(given) for member, given in self.answers.items()}
        self.fields["counting"] = counting
        self.fields["reveals"] = (*self.get("reveals"), Reveal(counting, answers, at))
        for member in self.members.values():
            if member.removed is None and not member.scoring and not self.answers.get(member.id):
                self.members[member.id] = replace(member, late=True)
        if event.counting is not None:  # in release 0.2.0 what was recorded stood
            same = {key: one for key, one in self.recorded.items() if one.of == self._counted(key, counting)}
            self.recorded = same

    def _counted(self, key: Key, counting: tuple[str, ...]) -> dict[str, str]:
        """member → status: what those who count have answered to a question."""
        return {m: self.answers[m][key].status for m in counting if key in self.answers.get(m, ())}

    def _recorded_of(self, key: Key) -> Mapping[str, str]:
        return self.recorded[key].of if key in self.recorded else {}

    def _answered(self) -> tuple[str, ...]:
        """Who counts at a reveal that release 0.2.0 recorded without a list."""
        return tuple(member.id for member in self.members.values() if member.scores and self.answers.get(member.id))

    def _agreed_in_release_0_2_0(self) -> dict[Key, Agreement]:
        """The outcome of a meeting that release 0.2.0 took to “agreed”, when it wrote none.

        There a question was agreed if the chair had recorded it, or if everybody who sat there and scored said the same.
        """
        given = [self.answers.get(member.id, {}) for member in self.members.values() if member.scores]
        alike = {
            key: Agreement(answer.status, "", "")
            for key, answer in (given[0].items() if given else ())
            if all(key in other and other[key].status == answer.status for other in given)
        }
        return {**alike, **self.recorded}

    def _seats(self, event: Event, at: datetime | None) -> None:
        match event:
            case Joined():
                scoring = event.scores if event.scores is not None else event.role != "observer"
                late = self.phase in SEEN_BY_ALL
                self.members[event.member] = Member(
                    id=event.member,
                    name=event.name,
                    role=event.role,
                    has_met_family=event.has_met_family,
                    key_hash=event.key_hash,
                    scoring=scoring,
                    joined_at=at,
                    late=late,
                    person=event.person,
                    let_in=bool(event.let_in_by),
                )
                self.requests = {r: one for r, one in self.requests.items() if one.member != event.member}
                if event.role == "chair" and not self.chair:  # release 0.2.0 had the chair among the roles
                    self.chair = event.member
            case RoleCorrected(member=member, role=role, has_met_family=met, scores=scores):
                old = self.members[member]
                self.members[member] = replace(old, role=role, has_met_family=met, scoring=scores)
                if not scores:
                    self.finished.discard(member)
            case Removed(member=member, reason=reason, code=code):
                self.fields["code"] = code or self.get("code")
                self.members[member] = replace(self.members[member], removed=reason, removed_at=at)
                self.finished.discard(member)
                self.requests = {r: one for r, one in self.requests.items() if one.member != member}
                if self.get("deputy") == member:
                    self.fields["deputy"] = ""
            case Restored(member=member):
                old = self.members[member]
                late = old.late or (self.phase in SEEN_BY_ALL and not self.answers.get(member))
                self.members[member] = replace(old, removed=None, removed_at=None, late=late)
            case HandedOver(member=member):
                self.fields["handover"] = Handover(self.chair, member, self.version, at)
                self.chair = member
                if self.get("deputy") == member:
                    self.fields["deputy"] = ""
            case DeputyNamed(member=named):
                self.fields["deputy"] = named or ""
            case ReturnAsked(request=request, member=member, key_hash=key_hash):
                # A person has one request; asking again takes the place of the last one.
                self.requests = {r: one for r, one in self.requests.items() if one.member != member}
                self.requests[request] = ReturnRequest(request, member, key_hash, (), at)
            case SeatAsked(request=request, member=member, key_hash=key_hash):
                self.requests[request] = ReturnRequest(request, member, key_hash, (), at, event)
            case ReturnSupported(request=request, by=by):
                asked = self.requests[request]
                self.requests[request] = replace(asked, supported_by=(*asked.supported_by, by))
            case ReturnRefused(request=request):
                self.requests.pop(request, None)
            case KeyReplaced(request=request, member=member, key_hash=key_hash):
                self.requests.pop(request, None)
                self.members[member] = replace(self.members[member], key_hash=key_hash)

    def done(self) -> Panel:
        return replace(
            self.start,
            version=self.version,
            news=self.news,
            phase=self.phase,
            chair=self.chair,
            own=self.own,
            members=self.members,
            requests=self.requests,
            answers=self.answers,
            recorded=self.recorded,
            notes=self.notes,
            views=self.views,
            dissent=self.dissent,
            finished=frozenset(self.finished),
            **self.fields,
        )
