"""The commands of a meeting, and the events that each leads to.

`decide(panel, command, actor, edition)` checks a command against the state and yields events, or refuses with a sentence.
A command that would change nothing yields none, so that a second click never does a second thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from framework.edition import CHILD, HOUSEHOLD, UNKNOWN, Edition
from framework.light import classification, explain
from framework.light.classification import InvalidAssessment, Key
from framework.panel import model
from framework.panel.model import (
    CARERS_LIMIT,
    PHASE_WORDS,
    PHASES,
    SEATS_LIMIT,
    Agreement,
    CarersNamed,
    Event,
    Given,
    Joined,
    Panel,
    Phase,
    PhaseMoved,
    ReturnRequest,
    Scored,
)
from framework.panel.reading import (
    agreement,
    changed_since_recorded,
    enough_to_let_back_in,
    light_held_back,
    may_agree_in_bulk,
    offered,
    open_questions,
    outcome_of,
    unlike_the_record,
    whose_key,
    would_count,
)
from framework.panel.words import evidence_words
from framework.streams.kind import ChangedMeanwhile, Refused
from framework.text import as_seen, clean_name, clean_text, looks_alike, with_full_stop

WAITING_LIMIT = 12
"""So many may wait to be let in at once: whoever has the code could fill the chair's screen otherwise (source: product)."""
WALL_CODE_HOLDS = timedelta(minutes=10)
"""How long a code makes a screen the wall (source: product)."""

# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Seat:
    """A place to take at the table. `key_hash` lets its owner back in (see workspace)."""

    member: str
    name: str
    role: str
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
    casefile: str = ""
    bundle: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NameCarer:
    """Name a parent or carer: a new one (`carer` None), or one who is there, by their id.

    `as_id` is the id that the screen offered for a new one (:func:`free_carer_id`): the same name under it adds nobody.
    """

    carer: str | None
    name: str
    as_id: str = ""


@dataclass(frozen=True, slots=True)
class TakeOffCarer:
    carer: str


@dataclass(frozen=True, slots=True)
class BringBackCarer:
    """Bring back somebody who was taken off, with what was answered about them."""

    carer: str


@dataclass(frozen=True, slots=True)
class Join:
    """Take a seat; at a meeting on a case file that one has no part in: ask for one."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class CorrectRole:
    member: str
    role: str
    has_met_family: bool | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """`code`: what the meeting is joined with from then on; whoever was removed knows the one before."""

    member: str
    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    """Undo a removal."""

    member: str


@dataclass(frozen=True, slots=True)
class HandOver:
    member: str


@dataclass(frozen=True, slots=True)
class NameDeputy:
    member: str | None


@dataclass(frozen=True, slots=True)
class TakeChair:
    """The deputy takes the chair."""


@dataclass(frozen=True, slots=True)
class AskReturn:
    """Ask for one's own seat back, with a new key."""

    request: str
    member: str
    key_hash: str


@dataclass(frozen=True, slots=True)
class AllowReturn:
    request: str


@dataclass(frozen=True, slots=True)
class RefuseReturn:
    request: str


@dataclass(frozen=True, slots=True)
class WithdrawReturn:
    """Give up one's own request; its key shows whose it is."""

    request: str
    key_hash: str


@dataclass(frozen=True, slots=True)
class MovePhase:
    """Go to another phase. `without`: at a reveal, those whom the chair has been told do not count (None: not asked)."""

    to: Phase
    reason: str = ""
    without: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Give, change or take back (`status` None) one's own answer.

    `seen` is one's own answer as the screen showed it: with an answer that had to wait, so that it cannot replace a newer
    one from another device. ANY: a click on a screen that is up to date.
    """

    subject: str
    about: str
    status: str | None
    note: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    seen: Given | Literal["any"] | None = "any"


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
class AddNote:
    """Add a note to one's own answer after the reveal."""

    subject: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class ShowLight:
    """See one's own light before one has finished."""


@dataclass(frozen=True, slots=True)
class Finish:
    finished: bool


@dataclass(frozen=True, slots=True)
class Agree:
    """Record the panel's answer; `seen` is the recorded answer on the chair's screen, so that an old screen replaces no newer answer."""

    subject: str
    about: str
    status: str | None
    note: str = ""
    seen: Agreement | None = None


@dataclass(frozen=True, slots=True)
class AgreeTogether:
    """Record these answers, each offered and open on the chair's screen (see `reading.may_agree_in_bulk`)."""

    answers: tuple[tuple[Key, str], ...]


@dataclass(frozen=True, slots=True)
class OpenAgain:
    """Undo what was recorded for these questions, where it is still what the chair's screen showed."""

    answers: tuple[tuple[Key, str], ...]


@dataclass(frozen=True, slots=True)
class Dissent:
    subject: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordView:
    text: str


@dataclass(frozen=True, slots=True)
class Focus:
    key: Key | None


@dataclass(frozen=True, slots=True)
class ShowNames:
    shown: bool


@dataclass(frozen=True, slots=True)
class OfferWall:
    """Make a code for a screen that is to show the wall."""

    code: str


@dataclass(frozen=True, slots=True)
class OpenWall:
    """Make this screen the wall, with the code that the chair has given."""

    code: str
    screen: str


Command = (
    Open
    | NameCarer
    | TakeOffCarer
    | BringBackCarer
    | Join
    | CorrectRole
    | Remove
    | Restore
    | HandOver
    | NameDeputy
    | TakeChair
    | AskReturn
    | AllowReturn
    | RefuseReturn
    | WithdrawReturn
    | MovePhase
    | Score
    | FillRest
    | TakeBack
    | AddNote
    | ShowLight
    | Finish
    | Agree
    | AgreeTogether
    | OpenAgain
    | Dissent
    | RecordView
    | Focus
    | ShowNames
    | OfferWall
    | OpenWall
)


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(
    panel: Panel,
    command: Command,
    actor: str,
    edition: Edition,
    *,
    person: str = "",
    must_ask: bool = False,
    now: datetime | None = None,
) -> list[Event]:
    """The events that this command leads to. Raises Refused with a sentence for the user.

    `actor` is the member who asks; whether their seat may ask it at all is checked before, in access.py. `person` is who they
    are, "" where that is not known; `must_ask`: a seat is theirs only once they are let in. Without `now` no code is too old.
    """
    if isinstance(command, Open):
        return _open(panel, command, edition, person)
    if not panel.version:
        raise Refused("There is no such meeting.")
    if panel.phase == "closed":
        if command == MovePhase("closed") or (isinstance(command, HandOver) and command.member == panel.chair):
            return []  # a second click on the same button
        raise Refused("This meeting is closed. Nothing in it can be changed any more.")
    match command:
        case MovePhase():
            return _move(panel, edition, command)
        case Score():
            return _score(panel, edition, actor, command)
        case FillRest() | TakeBack() | AddNote() | ShowLight() | Finish():
            return _on_ones_own(panel, edition, actor, command)
        case Agree():
            return _agree(panel, edition, actor, command)
        case AgreeTogether() | OpenAgain() | Dissent() | RecordView() | Focus():
            return _discuss(panel, edition, actor, command)
        case NameCarer() | TakeOffCarer() | BringBackCarer():
            return _carers(panel, command)
        case AskReturn() | AllowReturn() | RefuseReturn() | WithdrawReturn():
            return _return(panel, actor, command)
        case ShowNames() | OfferWall() | OpenWall():
            return _wall(panel, command, now)
        case Join(seat=seat):
            return _ask_for_seat(panel, seat, edition, person) if must_ask else _join(panel, seat, edition, person)
    return _seats(panel, edition, actor, command)


def _open(panel: Panel, command: Open, edition: Edition, person: str) -> list[Event]:
    if _sits_there(panel, command.chair):
        return []  # a second click on the same button
    if panel.version:
        raise Refused("This meeting is open already.")
    joined = _joined(panel, command.chair, edition, person)
    if joined.role == "observer":
        raise Refused("An observer cannot chair the meeting.")
    return [
        model.Opened(
            meeting=command.meeting,
            case=command.case,
            title=command.title,
            stage=command.stage,
            fictional=command.fictional,
            demonstration=command.demonstration,
            edition=command.edition,
            code=command.code,
            chair=command.chair.member,
            casefile=command.casefile,
            bundle=dict(command.bundle) if command.bundle is not None else None,
        ),
        joined,
        *([_carers_named(command.carers)] if command.carers else []),
    ]


# ── Seats ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _seats(panel: Panel, edition: Edition, actor: str, command: Command) -> list[Event]:
    match command:
        case CorrectRole():
            return _correct_role(panel, edition, command)
        case Remove(member=member, reason=reason, code=code):
            if member in panel.members and panel.members[member].removed is not None:
                return []  # a second click on the same button
            _seated(panel, member)
            if member == panel.chair:
                raise Refused("The chair's seat cannot be removed. Hand over the chair first.")
            return [model.Removed(member=member, reason=clean_text(reason, "the reason", required=True), code=code)]
        case Restore(member=member):
            if member not in panel.members:
                raise Refused("There is no such seat at this meeting.")
            if panel.members[member].removed is None:
                return []
            _room_for(panel, panel.members[member].name)
            return [model.Restored(member=member)]
        case HandOver(member=member):
            _seated(panel, member)
            if panel.members[member].role == "observer":
                raise Refused("An observer cannot chair the meeting.")
            return [model.HandedOver(member=member)] if member != panel.chair else []
        case NameDeputy(member=named):
            if named is not None:
                _seated(panel, named)
                if panel.members[named].role == "observer" or named == panel.chair:
                    raise Refused("The deputy is somebody else at the table who is not an observer.")
            return [model.DeputyNamed(member=named)] if (named or "") != panel.deputy else []
        case TakeChair():
            return [model.HandedOver(member=actor)] if actor != panel.chair else []
    raise Refused(f"The meeting does not know what to do with {type(command).__name__}.")


def _sits_there(panel: Panel, seat: Seat) -> bool:
    """Whether this very seat was taken before, with the same key."""
    return seat.member in panel.members and panel.members[seat.member].key_hash == seat.key_hash


def _join(panel: Panel, seat: Seat, edition: Edition, person: str) -> list[Event]:
    return [] if _sits_there(panel, seat) else [_joined(panel, seat, edition, person)]


def _joined(panel: Panel, seat: Seat, edition: Edition, person: str, let_in_by: str = "") -> Joined:
    if seat.member in panel.members:
        raise Refused("This seat is somebody else's already. Take another one.")
    if person and any(member.person == person for member in panel.members.values()):
        raise Refused("You have a seat at this meeting already. Open the page again to find it.")
    _room_for(panel, seat.name)
    met, scores = _role(edition, seat.role, seat.has_met_family)
    return Joined(
        member=seat.member,
        name=clean_name(seat.name, "your name"),
        role=seat.role,
        has_met_family=met,
        key_hash=seat.key_hash,
        scores=scores,
        person=person,
        let_in_by=let_in_by,
    )


def _ask_for_seat(panel: Panel, seat: Seat, edition: Edition, person: str) -> list[Event]:
    """A new seat that waits for the chair. A guest who is here already under that name asks for their own seat back.

    Whether there is room, and whether somebody else has that name, is said to the chair, and not to whoever asks.
    """
    if _sits_there(panel, seat) or whose_key(panel, seat.key_hash):
        return []  # a second click on the same button
    asking = clean_name(seat.name, "your name")
    own = next((one for one in panel.seated if one.guest and looks_alike(one.name, asking)), None)
    if own and not person:
        return _return(panel, "", AskReturn(seat.key_hash[:16], own.id, seat.key_hash))
    joined = _joined(replace(panel, members={}), seat, edition, person)
    if len(panel.requests) >= WAITING_LIMIT:
        raise Refused("Too many people wait to be let in at this moment. Speak to the chair, then ask again.")
    return [
        model.SeatAsked(
            request=seat.key_hash[:16],
            **joined.model_dump(include={"member", "name", "role", "has_met_family", "key_hash", "scores", "person"}),
        )
    ]


def _room_for(panel: Panel, name: str) -> None:
    if len(panel.seated) >= SEATS_LIMIT:
        raise Refused(f"This meeting has {SEATS_LIMIT} seats and all are taken. The chair can remove one.")
    name = clean_name(name, "your name")
    if there := next((member.name for member in panel.seated if looks_alike(member.name, name)), None):
        raise Refused(
            f"There is a {there} at this meeting already. If that is you, ask for your own seat back; if not, "
            "add your surname's first letter."
        )


def _role(edition: Edition, role: str, met: bool | None) -> tuple[bool | None, bool]:
    """(whether they have met the family, where the role is asked that; whether it scores). Raises Refused."""
    known = edition.panel_roles.get(role)
    if known is None:
        raise Refused("Choose your role in this meeting.")
    if not known.asked_met_family:
        return None, known.scores
    if met is None:
        raise Refused(f"Say whether you have met the family: a {known.label.lower()} is asked for an independent view.")
    return met, known.scores


def _correct_role(panel: Panel, edition: Edition, command: CorrectRole) -> list[Event]:
    _seated(panel, command.member)
    met, scores = _role(edition, command.role, command.has_met_family)
    if command.role == "observer" and command.member in (panel.chair, panel.deputy):
        raise Refused("An observer cannot chair the meeting. Hand over the chair first.")
    now = panel.members[command.member]
    if (now.role, now.has_met_family) == (command.role, met):
        return []
    return [model.RoleCorrected(member=now.id, role=command.role, has_met_family=met, scores=scores)]


def _return(panel: Panel, actor: str, command: AskReturn | AllowReturn | RefuseReturn | WithdrawReturn) -> list[Event]:
    if isinstance(command, AskReturn):
        _seated(panel, command.member)
        asked = panel.requests.get(command.request)
        if (asked and asked.member == command.member) or panel.members[command.member].key_hash == command.key_hash:
            return []  # asked, or let back in, already
        if (known := whose_key(panel, command.key_hash)) and known[0] != command.member:
            raise Refused("This key is for another seat of this meeting. Open the page again, then ask.")
        return [model.ReturnAsked(request=command.request, member=command.member, key_hash=command.key_hash)]
    request = panel.requests.get(command.request)
    if request is None:
        return []  # answered already, by this click or by somebody else's
    if isinstance(command, WithdrawReturn):
        own = request.key_hash == command.key_hash
        return [model.ReturnRefused(request=request.id, by="")] if own else []
    if isinstance(command, RefuseReturn):
        return [model.ReturnRefused(request=request.id, by=actor)]
    return _allow(panel, request, actor)


def _allow(panel: Panel, request: ReturnRequest, actor: str) -> list[Event]:
    if actor in request.supported_by:
        return []
    by = (*request.supported_by, actor)
    if asked := request.seat:
        _room_for(panel, asked.name)
        joined = asked.model_dump(exclude={"type", "request"})
        return [Joined(**joined, let_in_by=actor)]
    if enough_to_let_back_in(panel, request, by):
        return [model.KeyReplaced(request=request.id, member=request.member, key_hash=request.key_hash, by=by)]
    return [model.ReturnSupported(request=request.id, by=actor)]


# ── The wall ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def wall_code_holds(panel: Panel, code: str, now: datetime | None, screen: str = "") -> bool:
    """Whether this code makes a screen the wall: no other one has used it, and it is not too old."""
    given = panel.wall
    if given is None or not code or given.code != code or given.screen not in ("", screen):
        return False
    return now is None or given.at is None or now - given.at <= WALL_CODE_HOLDS


def _wall(panel: Panel, command: ShowNames | OfferWall | OpenWall, now: datetime | None) -> list[Event]:
    match command:
        case ShowNames(shown=shown):
            if shown and panel.casefile:
                raise Refused("The wall of a meeting on a case file shows no names.")
            return [model.NamesShown(shown=shown)] if shown != panel.names_on_wall else []
        case OfferWall(code=code):
            return [model.WallOffered(code=code)] if panel.wall is None or panel.wall.code != code else []
    if not wall_code_holds(panel, command.code, now, command.screen):
        raise Refused("This code for the wall has been used or is too old. Ask the chair for a new one.")
    return [model.WallOpened(screen=command.screen)] if panel.wall and not panel.wall.screen else []


# ── Parents and home carers ───────────────────────────────────────────────────────────────────────────────────────────


def _carers(panel: Panel, command: NameCarer | TakeOffCarer | BringBackCarer) -> list[Event]:
    _only_in(panel, ("gathering", "scoring"), "The parents and home carers can be named until the scores are revealed.")
    named = dict(panel.carers)
    match command:
        case NameCarer(carer=None, name=name):
            if {**panel.past_carers, **panel.carers}.get(command.as_id) == clean_name(
                name, "the name of the parent or home carer"
            ):
                return []  # a second click on the same button
            named[free_carer_id(panel)] = name
        case NameCarer(carer=str(carer), name=name):
            if carer not in named:
                raise Refused("This person has just been taken off. Bring them back first.")
            named[carer] = name
        case TakeOffCarer(carer=carer):
            named.pop(carer, None)
        case BringBackCarer(carer=carer):
            if carer not in panel.past_carers and carer not in named:
                raise Refused("There is nobody to bring back.")
            named.setdefault(carer, panel.past_carers.get(carer, ""))
            named = dict(sorted(named.items(), key=lambda one: (len(one[0]), one[0])))  # in the order they first came
    event = _carers_named(named)
    return [event] if event.carers != panel.carers else []


def free_carer_id(panel: Panel) -> str:
    """The first of a, b, … z, c27, c28, … that nobody has or had: an id is for ever one person's."""
    used = {*panel.carers, *panel.past_carers}
    letters = [chr(ord("a") + number) for number in range(26)]
    return next(one for one in (*letters, *(f"c{n}" for n in range(27, 1000))) if one not in used)


def _carers_named(carers: Mapping[str, str]) -> CarersNamed:
    if not carers:
        raise Refused(
            "Name at least one parent or home carer: the home that the child would return to has somebody in it."
        )
    if len(carers) > CARERS_LIMIT:
        raise Refused(f"No more than {CARERS_LIMIT} parents and home carers can be named.")
    named = {}
    for identifier, name in carers.items():
        if identifier in (CHILD, HOUSEHOLD, ""):
            raise Refused(f'A parent or home carer cannot have the id "{identifier}".')
        named[identifier] = clean_name(name, "the name of the parent or home carer")
    names = [as_seen(name) for name in named.values()]
    for name in named.values():
        if names.count(as_seen(name)) > 1:
            raise Refused(
                f"Two people at home are called {name}. Tell them apart, for example by their relation to the child."
            )
    return CarersNamed(carers=named)


# ── Phases ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _move(panel: Panel, edition: Edition, command: MovePhase) -> list[Event]:
    to = command.to
    if to not in PHASES:
        raise Refused(f"Unknown phase {to}.")
    now, then = PHASES.index(panel.phase), PHASES.index(to)
    if now == then:
        return []
    if then > now + 1:
        raise Refused(f"The meeting moves one step at a time: the next is {PHASE_WORDS[PHASES[now + 1]]}.")
    reason = clean_text(command.reason, "the reason")
    if then < now:
        if not reason:
            raise Refused("Going back needs a reason. It is kept in the record.")
        return [PhaseMoved(to=to, reason=reason)]
    if to == "scoring" and not panel.carers:
        raise Refused("Name the parents and home carers first: some factors are scored once for each of them.")
    if to == "revealed":
        return [PhaseMoved(to=to, reason=reason, counting=_counting(panel, command.without))]
    if to == "agreed":
        if still := open_questions(panel, edition):
            raise Refused(f"{len(still)} answers are still open. Agree each one first; “not known” is an answer too.")
        return [outcome_of(panel, edition), PhaseMoved(to=to, reason=reason)]
    if to == "closed":
        return _close(panel, edition, reason)
    return [PhaseMoved(to=to, reason=reason)]


def _close(panel: Panel, edition: Edition, reason: str) -> list[Event]:
    """Refuses if what was sealed is not what the record gives now. What an earlier release agreed and did not seal is sealed."""
    if panel.seal is None or not panel.sealed:
        return [outcome_of(panel, edition), PhaseMoved(to="closed", reason=reason)]
    if unlike := unlike_the_record(panel, edition):
        raise Refused(
            "The meeting was not closed: what was sealed when the panel agreed is not what its record and the rule give "
            f"now. It differs in {explain.listed(unlike)}. Go back to {PHASE_WORDS['revealed']}, look at it together and "
            "agree again; what was sealed stays in the record. If nobody here can say why, tell whoever looks after Homeward."
        )
    return [PhaseMoved(to="closed", reason=reason, checked=panel.seal.version)]


def _counting(panel: Panel, without: tuple[str, ...] | None) -> tuple[str, ...]:
    """The members who count from this reveal on. Refuses if the chair's screen did not name everybody who does not."""
    if not panel.scorers:
        raise Refused("Nobody here scores, so there is nothing to reveal.")
    counting = tuple(member.id for member in would_count(panel))
    if not counting:
        raise Refused("Nobody has scored anything yet, so there is nothing to reveal.")
    # A latecomer never counts, so the chair need not be asked about one.
    named = {*counting, *(without or ()), *(m.id for m in panel.scorers if m.late)}
    if without is not None and (missed := [m.name for m in panel.scorers if m.id not in named]):
        raise ChangedMeanwhile(
            f"{', '.join(missed)} came to the table meanwhile and would not count. Look at the list and choose again."
        )
    return counting


# ── One's own answers ────────────────────────────────────────────────────────────────────────────────────────────────


def _on_ones_own(
    panel: Panel, edition: Edition, actor: str, command: FillRest | TakeBack | AddNote | ShowLight | Finish
) -> list[Event]:
    given = panel.answers.get(actor, {})
    match command:
        case FillRest(keys=keys, status=status):
            _only_in(panel, ("scoring",), "Answers can be filled in together only while everybody is scoring.")
            missing = [key for key in keys if key not in given]
            for key in missing:
                _check(panel, edition, *key, status)
            return [
                Scored(member=actor, subject=subject, about=about, status=status, together=True)
                for subject, about in missing
            ]
        case TakeBack(keys=keys):
            _only_in(panel, ("scoring",), "Answers can be taken back only while everybody is scoring.")
            return [
                Scored(member=actor, subject=subject, about=about, status=None)
                for subject, about in keys
                if (answer := given.get((subject, about))) and answer.together
            ]
        case AddNote(subject=subject, about=about, text=text):
            _only_in(panel, ("revealed", "agreed"), "A note can be added once the scores are revealed.")
            _check(panel, edition, subject, about, UNKNOWN)
            text = clean_text(text, "the note", required=True)
            already = any((n.member, n.text) == (actor, text) for n in panel.notes.get((subject, about), ()))
            return [] if already else [model.NoteAdded(member=actor, subject=subject, about=about, text=text)]
        case ShowLight():
            _only_in(panel, ("scoring",), "Nobody is scoring now.")
            return [model.LightShown(member=actor)] if light_held_back(panel, actor) else []
        case Finish(finished=finished):
            _only_in(panel, ("scoring",), "Nobody is scoring now.")
            return _finish(panel, actor, finished)


def _finish(panel: Panel, actor: str, finished: bool) -> list[Event]:
    """Who goes on scoring after having finished has seen their own light: that is recorded with it."""
    if (actor in panel.finished) == finished:
        return []
    event = model.Finished(member=actor, finished=finished)
    went_on = not finished and actor not in panel.light_shown and len(panel.scorers) > 1
    return [event, model.LightShown(member=actor)] if went_on else [event]


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
        if before and command.seen != "any" and command.seen != before:
            raise ChangedMeanwhile(_newer_answer(edition, key, before, None))
        return [Scored(member=actor, subject=key[0], about=key[1], status=None)] if before else []
    reason = clean_text(command.reason, "the reason")
    if panel.phase == "revealed" and before and before.status != command.status and not reason:
        raise Refused("Say why you are changing your answer. Your first answer stays beside the new one.")
    if panel.phase == "revealed" and before and before.status == command.status:
        return _note_after_the_reveal(panel, edition, actor, before, command)
    if before and before.status == command.status:
        reason = reason or before.reason  # only the note was edited: why the answer was changed still stands
    given = Given(
        command.status, clean_text(command.note, "the note"), tuple(dict.fromkeys(command.evidence)), False, reason
    )
    if before and (before.status, before.note, before.evidence) == (given.status, given.note, given.evidence):
        return []
    if command.seen != "any" and command.seen != before:
        raise ChangedMeanwhile(_newer_answer(edition, key, before, command.status))
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


def _note_after_the_reveal(panel: Panel, edition: Edition, actor: str, before: Given, command: Score) -> list[Event]:
    """A note, or other kinds of evidence, that reach an unchanged answer after the reveal stand beside the first, with their time."""
    key, note = (command.subject, command.about), clean_text(command.note, "the note")
    parts = [note] if note and note != before.note else []
    if set(command.evidence) != set(before.evidence):
        kinds = evidence_words(edition, Given(before.status, evidence=command.evidence))
        parts = [*map(with_full_stop, parts), f"How this is known: {kinds or 'no kind of evidence is named any more'}."]
    text = " ".join(parts)
    already = any((one.member, one.text) == (actor, text) for one in panel.notes.get(key, ()))
    if not text or already:
        return []
    return [model.NoteAdded(member=actor, subject=key[0], about=key[1], text=text)]


def _newer_answer(edition: Edition, key: Key, now: Given | None, status: str | None) -> str:
    label = edition.subject_label(key[0])
    is_now = f"it is “{edition.status_label(key[0], now.status)}” now" if now else "it was taken back"
    what = f"your answer “{edition.status_label(key[0], status)}” was not saved" if status else "it was not taken back"
    return (
        f"{label}: {what}. While this device was waiting you changed the answer on another device; {is_now}. "
        "Give it again here if it should be different."
    )


# ── Agreeing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_AGREES = "The panel agrees its answers between the reveal and the decision."


def _agree(panel: Panel, edition: Edition, actor: str, command: Agree) -> list[Event]:
    _only_in(panel, ("revealed",), _AGREES)
    key = (command.subject, command.about)
    _check(panel, edition, *key, UNKNOWN if command.status is None else command.status)
    now, note = panel.recorded.get(key), clean_text(command.note, "the note")
    same = (now.status, now.note) == (command.status, note) if now else command.status is None
    if same and not changed_since_recorded(panel, key):
        return []  # a second click on the same button
    if now != command.seen:
        if now is None:  # who opened it again is not kept, and it may have been this very person
            changed = "This answer has just been opened again."
        else:
            who = "You have" if now.by == actor else "Somebody else has"
            changed = f"{who} just changed this answer; it is “{edition.status_label(key[0], now.status)}” now."
        raise ChangedMeanwhile(f"{changed} Look at it and choose again if it should be different.")
    return [model.Agreed(subject=key[0], about=key[1], status=command.status, note=note if command.status else "")]


def _discuss(
    panel: Panel, edition: Edition, actor: str, command: AgreeTogether | OpenAgain | Dissent | RecordView | Focus
) -> list[Event]:
    match command:
        case AgreeTogether(answers=answers):
            _only_in(panel, ("revealed",), _AGREES)
            still = [(key, status) for key, status in answers if agreement(panel, key) is None]
            for key, status in still:
                _check(panel, edition, *key, status)
                if not may_agree_in_bulk(panel, edition, key) or offered(panel, edition, key).status != status:
                    raise ChangedMeanwhile("The answers have changed meanwhile. Look at them and choose again.")
            return [model.Agreed(subject=key[0], about=key[1], status=status) for key, status in still]
        case OpenAgain(answers=answers):
            _only_in(panel, ("revealed",), _AGREES)
            same = [key for key, status in answers if (now := panel.recorded.get(key)) and now.status == status]
            return [model.Agreed(subject=key[0], about=key[1], status=None) for key in same]
        case Dissent(subject=subject, about=about, reason=reason):
            _only_in(panel, ("revealed", "agreed"), "Dissent is recorded once the scores are revealed.")
            _check(panel, edition, subject, about, UNKNOWN)
            reason = clean_text(reason, "the reason")
            if reason == panel.dissent.get((subject, about), {}).get(actor, ""):
                return []
            return [model.Dissented(member=actor, subject=subject, about=about, reason=reason)]
        case RecordView(text=text):
            _only_in(panel, ("revealed", "agreed"), "A view is put on record once the scores are revealed.")
            text, said = clean_text(text, "your view"), panel.views.get(actor)
            return [model.ViewRecorded(member=actor, text=text)] if text != (said.text if said else "") else []
        case Focus(key=key):
            _only_in(panel, ("revealed", "agreed"), "There is nothing to discuss on the wall before the reveal.")
            if key:
                _check(panel, edition, *key, UNKNOWN)
            return [model.Focused(subject=key and key[0], about=key and key[1])] if key != panel.focus else []


# ── What every command is checked for ────────────────────────────────────────────────────────────────────────────────


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
