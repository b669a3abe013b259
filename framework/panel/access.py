"""Who may do what at a meeting, what of it whose screen may receive, and who may list it.

`may` says no with a sentence; it is checked on the server for every command. At a meeting on a sample case a seat is all that is
known of a person. A meeting on a case file is there only for those who work with the child, for whoever has a seat at it, and for a
screen that the chair made its wall: :func:`standing` says how an actor stands to it.
"""

from dataclasses import replace
from typing import Any, Literal

from framework.edition import Edition
from framework.panel.deciding import (
    AddNote,
    Agree,
    AgreeTogether,
    AllowReturn,
    AskReturn,
    BringBackCarer,
    Command,
    CorrectRole,
    Dissent,
    FillRest,
    Finish,
    Focus,
    HandOver,
    Join,
    MovePhase,
    NameCarer,
    NameDeputy,
    OfferWall,
    Open,
    OpenAgain,
    OpenWall,
    RecordView,
    RefuseReturn,
    Remove,
    Restore,
    Score,
    ShowLight,
    ShowNames,
    TakeBack,
    TakeChair,
    TakeOffCarer,
    WithdrawReturn,
)
from framework.panel.model import SEEN_BY_ALL, Agreement, Given, Member, Panel, Reveal
from framework.panel.reading import may_record_view, who_lets_back_in
from framework.panel.words import carers_without_names
from framework.people.roles import MEETS, ROLES
from framework.streams.kind import APP, Actor, Context, Refused, Relations
from framework.streams.policy import OPEN, Allowed, Find, See
from framework.text import with_full_stop

OWN_SCORING = (Score, FillRest, TakeBack, Finish, ShowLight, Dissent, AddNote)
"""What every member who scores does for themselves."""
WALL = Actor("", "", frozenset({"wall"}))
"""A screen that shows the wall of a meeting, by what the chair gave it."""
PARTS = frozenset(
    {"worker", "manager", "second_worker", "reviewing_officer", "nominated_officer", "approver", "assurer", "glass"}
)
"""The parts in a case with which one sees its meetings, and but for `glass` (broke the glass) takes a seat at them."""
TO_JOIN = (Open, Join, AskReturn, WithdrawReturn, OpenWall)
"""What needs no seat: opening, joining, asking to be let back in, giving that up, and making a screen the wall."""

STAFF = frozenset(name for name, role in ROLES.items() if role.at_the_table)
"""The roles with which one works at a table."""
POLICY: tuple[Allowed, ...] = (
    Allowed("open a meeting, on a sample case or on a case that one works on", (Open,), MEETS),
    Allowed("take a seat with the code, or ask to be let in", (Join,)),
    Allowed("ask for one's own seat back, or give that up", (AskReturn, WithdrawReturn)),
    Allowed("make a screen the wall with its code", (OpenWall,)),
    Allowed("answer, add notes, finish and dissent, for oneself", OWN_SCORING, relations=frozenset({"scores"})),
    Allowed("put a view on record without scoring", (RecordView,), relations=frozenset({"views"})),
    Allowed("correct one's own role", (CorrectRole,), relations=frozenset({"taken"})),
    Allowed(
        "let somebody in, or back in (the chair or the deputy; for the chair, two members together)",
        (AllowReturn, RefuseReturn),
        relations=frozenset({"taken"}),
    ),
    Allowed("take the chair as its deputy", (TakeChair,), relations=frozenset({"deputy", "chair"})),
    Allowed("hand over the chair (its holder only)", (HandOver,), relations=frozenset({"taken"})),
    Allowed(
        "lead a meeting: its phases, what the panel agrees, its seats, its wall",
        (
            *(NameCarer, TakeOffCarer, BringBackCarer, CorrectRole, Remove, Restore, NameDeputy, MovePhase),
            *(Agree, AgreeTogether, OpenAgain, Focus, ShowNames, OfferWall),
        ),
        relations=frozenset({"chair"}),
    ),
    Allowed("see a meeting on a sample case, with its address or its code", (See, Find)),
    Allowed(
        "see a meeting on a case file (a guest: until it is closed)",
        (See,),
        relations=frozenset({"seat", OPEN, *PARTS}),
    ),
    Allowed("find the meetings on a case file in a list", (Find,), STAFF, frozenset({"seat", *PARTS})),
)

Standing = Literal["out", "part", "wall", "waiting", "in", "removed", "parted", "over"]
"""How an actor stands to a meeting on a case file. `part`: works with the child and has no seat; `parted`: has a seat, and no part in
the case any more; `over`: a guest, or the wall, of a meeting that is closed; `out`: for them there is no such meeting."""


# ── A meeting on a case file ─────────────────────────────────────────────────────────────────────────────────────────


def need_to_know(panel: Panel, parts: Relations) -> bool:
    """Whether this meeting is hidden from somebody with these parts in its case, unless they have to do with it.

    An invented case is everybody's who uses an app without sign-in (the part `open`).
    """
    return bool(panel.casefile) and OPEN not in parts


def standing(panel: Panel, actor: Actor, parts: Relations) -> Standing:
    """How this actor, who has these parts in the case, stands to a meeting that they need to have to do with."""
    if "blocked" in parts:
        return "out"
    closed = panel.phase == "closed"
    if "wall" in actor.roles:
        return "over" if closed else "wall"
    works_here = bool(parts & PARTS)
    if member := panel.members.get(actor.id):
        if member.person and member.person != actor.person:
            return "out"  # a key of somebody's seat is no sign-in
        if member.removed is not None:
            return "removed"
        if member.guest:
            return "over" if closed else "in"
        if member.person and not member.let_in and not works_here:
            return "parted"
        return "in"
    asked = [one.seat for one in panel.requests.values() if one.seat and one.member == actor.id]
    if any(seat.person in ("", actor.person) for seat in asked):
        return "over" if closed else "waiting"
    return "part" if works_here else "out"


def as_known_to(panel: Panel, context: Context[Any], command: Command) -> Panel:
    """The meeting that a command of this actor is checked against: none, if for them there is none.

    Raises Refused for somebody who had to do with it and has no more, or not yet.
    """
    if not panel.version or not need_to_know(panel, context.relations):
        return panel
    how = standing(panel, context.actor, context.relations)
    if how == "out":
        with_code = isinstance(command, Join | OpenWall) and "blocked" not in context.relations
        return panel if with_code or isinstance(command, WithdrawReturn) else Panel()
    if how == "parted":
        raise Refused(
            "You have no part in this case any more, so you cannot do this. What you said stays in the record. "
            "Speak to the chair."
        )
    if how == "waiting" and not isinstance(command, TO_JOIN):
        raise Refused("You are not let in yet. Speak to the chair.")
    return panel


def must_ask(panel: Panel, context: Context[Any]) -> bool:
    """Whether a new seat is this actor's only once the chair lets them in."""
    if not need_to_know(panel, context.relations):
        return False
    return not joins_as_staff(context.relations)


def joins_as_staff(parts: Relations) -> bool:
    """Whether somebody with these parts in a case takes a seat at its meetings, and opens one, without being let in."""
    return "blocked" not in parts and bool(parts & (PARTS - {"glass"}))


def may_open(command: Open, actor: Actor) -> None:
    """Raises Refused unless this actor may open a meeting on a case file. Whether they have a part in it, `Meetings.open` asks."""
    if command.casefile and not (command.fictional and OPEN in actor.roles) and not (actor.person and actor.roles):
        raise Refused("There is no such case.")


def doorway(panel: Panel, member: str = "", asks: str = "") -> Panel:
    """What the screen of somebody receives who is not at the table: where the meeting is, their own seat (`member`), and the
    request for a seat (`asks`) that they wait for.

    Nothing of the child, of the family, or of who sits there and what they said.
    """
    return Panel(
        meeting=panel.meeting,
        casefile=panel.casefile,
        fictional=panel.fictional,
        edition=panel.edition,
        phase=panel.phase,
        version=panel.version,
        news=panel.news,
        members={one.id: one for one in panel.members.values() if one.id == member},
        requests={one.id: one for one in panel.requests.values() if one.member == asks},
    )


def on_the_wall(panel: Panel, edition: Edition) -> Panel:
    """What the wall of a meeting on a case file receives: no name, no reference and nothing that anybody wrote."""
    panel = view_for(panel, None)
    unnamed = carers_without_names(panel)
    outcome = {key: _said(agreed) for key, agreed in panel.outcome.items()} if panel.outcome is not None else None
    return replace(
        panel,
        case="",
        bundle=None,
        title="",
        carers=unnamed,
        past_carers=dict.fromkeys(panel.past_carers, "an adult"),
        members=_by_role(panel, edition),
        requests={},
        answers={who: _without_words(given) for who, given in panel.answers.items()},
        reveals=tuple(
            Reveal(one.counting, {who: _without_words(given) for who, given in one.answers.items()}, one.at)
            for one in panel.reveals
        ),
        given_openly={},
        notes={},
        recorded={key: _said(agreed) for key, agreed in panel.recorded.items()},
        outcome=outcome,
        seal=panel.seal
        and replace(panel.seal, outcome=panel.seal.outcome.model_copy(update={"answers": _bare(panel)})),
        dissent={},
        views={},
        names_on_wall=False,
        wall=None,
        stepped_back=panel.stepped_back and replace(panel.stepped_back, reason=""),
    )


def _by_role(panel: Panel, edition: Edition) -> dict[str, Member]:
    """The members, each called what their role is; those who share one are numbered."""
    found: dict[str, Member] = {}
    roles = [one.role for one in panel.members.values()]
    for number, one in enumerate(panel.members.values()):
        count = f" {roles[: number + 1].count(one.role)}" if roles.count(one.role) > 1 else ""
        removed = None if one.removed is None else "removed"
        name = f"{edition.role_label(one.role)}{count}"
        found[one.id] = replace(one, name=name, key_hash="", person="", removed=removed)
    return found


def _without_words(given: Any) -> dict[Any, Given]:
    return {key: Given(one.status, together=one.together) for key, one in given.items()}


def _said(agreed: Agreement) -> Agreement:
    return replace(agreed, note="")


def _bare(panel: Panel) -> tuple[Any, ...]:
    answers = panel.seal.outcome.answers if panel.seal else ()
    return tuple(one.model_copy(update={"note": ""}) for one in answers)


# ── Who may do what ──────────────────────────────────────────────────────────────────────────────────────────────────


def may(panel: Panel, actor: str, command: Command) -> None:
    """Raises Refused unless this seat may give this command."""
    if isinstance(command, TO_JOIN):
        return
    member = panel.members.get(actor)
    if member is None:
        raise Refused("You have no seat at this meeting. Join it with its code first.")
    if member.removed is not None:
        raise Refused(
            f"Your seat was removed by the chair: {with_full_stop(member.removed)} Ask the chair if that is a mistake."
        )
    if isinstance(command, OWN_SCORING):
        if not member.scores:
            raise Refused("Your role watches the meeting and does not score.")
    elif isinstance(command, RecordView):
        if member.scoring:
            raise Refused("You score at this meeting; what you think stands with your answers and your dissent.")
        if not may_record_view(member):
            raise Refused("An observer watches the meeting and puts no view on record.")
    elif isinstance(command, CorrectRole) and command.member == actor:
        return
    elif isinstance(command, AllowReturn | RefuseReturn):
        request = panel.requests.get(command.request)
        own = request and request.member == actor and isinstance(command, RefuseReturn)
        if request and not own and member not in who_lets_back_in(panel, request):
            raise Refused("Only the chair or the deputy can let somebody back in; for the chair, two members together.")
    elif isinstance(command, TakeChair):
        if actor not in (panel.deputy, panel.chair):
            raise Refused("Only the deputy chair can take the chair.")
    elif actor != panel.chair and not _changes_nothing(panel, command):
        raise Refused(f"Only the chair can do this. The chair is {panel.members[panel.chair].name}.")


def _changes_nothing(panel: Panel, command: Command) -> bool:
    """A second click on what has just been done is no fault: the hand-over made somebody else the chair."""
    return isinstance(command, HandOver) and command.member == panel.chair


def relations(panel: Panel, actor: Actor) -> Relations:
    """ "seat": takes part in the meeting, or did until the seat was removed; and what the seat is there for now."""
    member = panel.members.get(actor.id)
    if member is None:
        return frozenset()
    found = {"seat"}
    if member.removed is None:
        found |= (
            {"taken"} | ({"scores"} if member.scoring else set()) | ({"views"} if may_record_view(member) else set())
        )
        found |= {part for part, who in (("chair", panel.chair), ("deputy", panel.deputy)) if who == member.id}
    return frozenset(found)


def view(panel: Panel, context: Context[Any]) -> Panel:
    """All that this actor's screen may receive."""
    actor = context.actor
    if panel.version and need_to_know(panel, context.relations):
        how = standing(panel, actor, context.relations)
        if how == "out":
            return Panel()
        if how == "wall":
            return on_the_wall(panel, context.rules)
        if how not in ("in", "part"):
            return doorway(panel, actor.id, asks=actor.id)
    return view_for(panel, actor.id if "seat" in context.relations else None)


def view_for(panel: Panel, member: str | None) -> Panel:
    """What this member's screen may receive: until the reveal, nobody else's answers (None: a screen without a seat).

    Everything that a page shows goes through here, so that what may not be shown is not sent.
    """
    if panel.wall and member != panel.chair:
        panel = replace(panel, wall=None)
    if panel.phase in SEEN_BY_ALL:
        return panel
    own = {member: panel.answers[member]} if member in panel.answers else {}
    answered = frozenset(who for who, given in panel.answers.items() if given) if member == panel.chair else frozenset()
    reveals = tuple(
        Reveal(reveal.counting, {who: given for who, given in reveal.answers.items() if who == member}, reveal.at)
        for reveal in panel.reveals
    )
    return replace(
        panel,
        answers=own,
        others_answered=answered,
        reveals=reveals,
        given_openly={who: given for who, given in panel.given_openly.items() if who == member},
        recorded={},
        outcome=None,
        seal=None,
        dissent={},
        notes={},
        views={},
        focus=None,
        own={who: version for who, version in panel.own.items() if who == member},
        light_shown=panel.light_shown & {member or ""},
    )


def past(panel: Panel, context: Context[Any]) -> bool:
    """Whether earlier moments, and what happened, can be read as the meeting stands: not while members answer on their own.

    An earlier reveal, which a step back has hidden again, is among them.
    """
    if need_to_know(panel, context.relations) and standing(panel, context.actor, context.relations) not in (
        "in",
        "part",
    ):
        return False
    return panel.phase in SEEN_BY_ALL


def listed(actor: Actor) -> dict[str, str] | None:
    """Everybody may find meetings on sample cases by their code, and count those that go on; a meeting on a case file is found
    by the app itself, for those who stand to it in some way. What is in one is for `view` to say."""
    return {} if actor == APP else {"found_by": "everybody"}
