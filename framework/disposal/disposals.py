"""Disposal as pages and the command line use it: what is due, proposing, deciding, and erasing what two people have decided."""

import secrets
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from framework import dates
from framework.casefile import access as case_access
from framework.casefile.deciding import Command as CaseCommand
from framework.casefile.deciding import Rules
from framework.casefile.kind import CASEFILE, folded
from framework.casefile.model import Casefile
from framework.disposal import access, deciding, held, keeping, retention
from framework.disposal.backups import Backups, Take, Taken
from framework.disposal.deciding import Command, Confirm, Obstacles, Propose
from framework.disposal.keeping import Keeping
from framework.disposal.kind import DISPOSAL
from framework.disposal.model import OPEN_STANDINGS, CarriedOut, Disposal
from framework.disposal.retention import Facts, Kept, Retention
from framework.streams import policy
from framework.streams.door import Door
from framework.streams.kind import APP, Actor, Happened, Refused, Unreadable
from framework.streams.policy import OPEN, Find, See
from framework.streams.store import Conflict, IndexChange, Listed, NewEvent, Proof, Store


class ListedCase(NamedTuple):
    """What a records manager is shown of a case: nothing that it says of the family."""

    id: str
    reference: str
    birth: date | None
    invented: bool
    closed_on: date | None
    """None: it is open."""
    kept: Kept
    hold: bool
    disposal: str
    """The id of the disposal of it that is proposed or confirmed; "": none."""


class Plan(NamedTuple):
    """What carrying out a disposal erases."""

    disposal: Disposal
    streams: dict[str, int]
    """Stream → its version, upon which it is erased."""
    backups: tuple[Taken, ...]
    """Those that may still hold the case afterwards."""


class Done(NamedTuple):
    streams: int
    events: int
    wiped: bool
    """Whether the bytes are out of the files of the database, too. Never on PostgreSQL."""
    left: tuple[str, ...]
    """Streams of the case that still say something: begun in the same moment. None, unless something is wrong."""


class Disposals:
    """One for a process; any thread may use it."""

    def __init__(
        self,
        door: Door[Disposal, Command, None],
        keepings: Door[Keeping, keeping.Command, Any],
        backups: Door[Backups, Take, Any],
        cases: Door[Casefile, CaseCommand, Rules],
        store: Store,
        noun: Callable[[str], str],
        now: Callable[[], datetime],
        rules: Callable[[], Retention] = retention.given,
    ) -> None:
        """`noun` gives what one stream of a kind is called: "meeting". `rules`: raises RetentionError."""
        self._door = door
        self._keepings = keepings
        self._backups = backups
        self._cases = cases
        self._store = store
        self._noun = noun
        self._now = now
        self._rules = rules

    @property
    def today(self) -> date:
        return dates.local(self._now()).date()

    @property
    def rules(self) -> Retention:
        """The classes and grounds of this authority. Raises RetentionError."""
        return self._rules()

    # ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────

    def due(self, actor: Actor) -> list[ListedCase]:
        """The closed cases whose time has come, the one due first first; nothing for whoever does not look after records."""
        if not self._sees(actor):
            return []
        found = self._listed(self._store.listing(CASEFILE.name, {"standing": "closed"}), actor)
        those = [one for one in found if one.kept.is_due(self.today) and not self._kept_out(one.id, actor)]
        return sorted(those, key=lambda one: (one.kept.until or date.max, one.reference))

    def unclear(self, actor: Actor) -> list[ListedCase]:
        """The closed cases of which no day can be worked out: a date is missing."""
        if not self._sees(actor):
            return []
        found = self._listed(self._store.listing(CASEFILE.name, {"standing": "closed"}), actor)
        return [one for one in found if one.kept.until is None and not self._kept_out(one.id, actor)]

    def by_reference(self, actor: Actor, reference: str) -> list[ListedCase]:
        """The cases of exactly this reference, due or not, open or closed; nothing for whoever does not look after records."""
        if not self._sees(actor) or not reference.strip():
            return []
        names = self._store.find("reference", folded(reference), CASEFILE.name)
        found = self._listed(self._store.listing(CASEFILE.name, among=names), actor)
        return [one for one in found if not self._kept_out(one.id, actor)]

    def _sees(self, actor: Actor) -> bool:
        return policy.allows(keeping.POLICY, See, actor.roles)

    def _kept_out(self, case: str, actor: Actor) -> bool:
        """Whether somebody is kept out of a case; of one that was erased nobody is."""
        try:
            return any(one.person == actor.id for one in self._cases.state(case).blocks.values())
        except Unreadable:
            return False

    def _listed(self, found: Collection[Listed], actor: Actor) -> list[ListedCase]:
        """With what the index has, so that a list folds no case. An app that runs open shows invented cases only."""
        marks = {
            keeping.KEEPING.identifier(one.stream): dict(one.pairs) for one in self._store.listing(keeping.KEEPING.name)
        }
        proposed = {
            dict(one.pairs)["of_case"]: DISPOSAL.identifier(one.stream)
            for one in self._store.listing(DISPOSAL.name, {"undecided": "yes"})
        }
        rules, made = self.rules, []
        for one in found:
            pairs, case = dict(one.pairs), CASEFILE.identifier(one.stream)
            if "retention" not in pairs or (OPEN in actor.roles and "invented" not in pairs):
                continue
            mark = marks.get(case, {})
            facts = _facts(pairs["retention"], "invented" in pairs, mark.get("kept", "|"))
            kept = retention.kept(facts, rules)
            made.append(
                ListedCase(
                    case,
                    one.title or "",
                    facts.birth,
                    facts.invented,
                    facts.closed_on,
                    kept,
                    "hold" in mark,
                    proposed.get(case, ""),
                )
            )
        return made

    # ── How long one case is kept ────────────────────────────────────────────────────────────────────────────────────

    def known(self, case: str, actor: Actor) -> Keeping:
        """What is known of a case for its retention; nothing for whoever does not look after records."""
        return Keeping() if self._kept_out(case, actor) else self._keepings.view(case, actor)

    def keep(self, actor: Actor, command: keeping.Command) -> Keeping:
        """Choose a class, note a death, place or lift a legal hold. Raises Refused with a sentence."""
        self._keepings.may(command.case, actor, command)
        state = self._case(command.case, actor)
        match command:
            case keeping.ChooseClass(class_id=chosen) if chosen:
                class_ = self.rules.classes.get(chosen)
                if class_ is None or not class_.chosen:
                    raise Refused("Choose one of the classes that a case can be given.")
            case keeping.NoteDeath(on=on) if on and state.child and state.child.birth and on < state.child.birth:
                raise Refused(
                    f"{dates.uk(on)} is before the birth, {dates.uk(state.child.birth)}. Change one of the two."
                )
        return self._keepings.run(command.case, actor, command)

    def may_propose(self, actor: Actor) -> bool:
        """Whether this actor looks after records: says how long a case is kept, and proposes that it goes."""
        return policy.allows(access.POLICY, Propose, actor.roles)

    # ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def propose(self, actor: Actor, case: str, ground: str, reason: str, disposal: str = "") -> str:
        """Propose that a case is disposed of, and return the id of the disposal. Raises Refused with a sentence.

        `disposal`: an id that the screen has made, so that a second click proposes nothing anew.
        """
        disposal = disposal or secrets.token_hex(8)
        if not self.may_propose(actor):
            raise Refused(policy.refusal(actor))
        if self._door.state(disposal).version:
            return disposal
        state, rules = self._case(case, actor), self.rules
        if ground not in rules.grounds:
            raise Refused("Choose why the case is to be disposed of.")
        deciding.refuse_names(reason, _names(state))
        deciding.refuse_obstacles(self._obstacles(case))
        command = Propose(disposal, case, rules.grounds[ground], self._kept(case), reason)
        self._door.run(disposal, actor, command)
        return disposal

    def decide(self, disposal: str, actor: Actor, command: Command) -> Disposal:
        """Confirm, turn down or withdraw a disposal. Raises Refused with a sentence."""
        self._door.may(disposal, actor, command)
        state = self._door.state(disposal)
        deciding.refuse_unless_open(state)
        case = self._case(state.case, actor)
        deciding.refuse_names(getattr(command, "reason", ""), _names(case))
        if isinstance(command, Confirm):
            deciding.refuse_obstacles(self._obstacles(state.case, beside=disposal))
        return self._door.run(disposal, actor, command)

    def listing(self, actor: Actor) -> list[Disposal]:
        """Every disposal, the one changed last first; nothing for whoever may not see them."""
        listed = self._door.listing(actor) if policy.allows(access.POLICY, Find, actor.roles) else []
        found = [self._door.view(DISPOSAL.identifier(one.stream), actor) for one in listed]
        return [one for one in found if not self._kept_out(one.case, actor)]

    def view(self, disposal: str, actor: Actor) -> Disposal:
        """Version 0: there is none, or not for this actor."""
        found = self._door.view(disposal, actor)
        return Disposal() if found.version and self._kept_out(found.case, actor) else found

    def reference(self, disposal: Disposal, actor: Actor) -> str:
        """Which case is meant, for whoever decides on it: its reference, read from the case and kept nowhere else.

        "" once the disposal is carried out, turned down or withdrawn, and for whoever is kept out of the case.
        """
        if disposal.standing not in OPEN_STANDINGS or not policy.allows(access.POLICY, Find, actor.roles):
            return ""
        return "" if self._kept_out(disposal.case, actor) else self._cases.state(disposal.case).reference

    def _case(self, case: str, actor: Actor) -> Casefile:
        state = self._cases.state(case)
        if not state.version or self._kept_out(case, actor) or (OPEN in actor.roles and not state.invented):
            raise Refused(case_access.NOT_HERE)
        return state

    def _kept(self, case: str) -> Kept:
        pairs = dict(CASEFILE.index(self._cases.state(case)))
        known = dict(keeping.KEEPING.index(self._keepings.state(case)))
        facts = _facts(pairs["retention"], "invented" in pairs, known["kept"])
        return retention.kept(facts, self.rules)

    def _obstacles(self, case: str, beside: str = "") -> Obstacles:
        state, hold = self._cases.state(case), self._keepings.state(case).hold
        others = self._store.listing(DISPOSAL.name, {"of_case": case, "undecided": "yes"})
        return Obstacles(
            closed_on=state.closed.on if state.closed else None,
            hold=hold.reason if hold else "",
            going_on=tuple(held.going_on(self._store, case, self._noun)),
            other_disposals=sum(DISPOSAL.identifier(one.stream) != beside for one in others),
        )

    # ── Carrying it out ──────────────────────────────────────────────────────────────────────────────────────────────

    def plan(self, disposal: str) -> Plan:
        """What carrying out a disposal would erase. Raises Refused unless two people have decided and nothing stands in the way."""
        state = self._door.state(disposal)
        if state.standing == "carried_out":
            raise Refused(
                f"This disposal was carried out on {dates.uk(state.carried_out_at and dates.local(state.carried_out_at).date())}. "
                f"There is nothing left to erase.{self._wiped_again()}"
            )
        deciding.refuse_unless_confirmed(state)
        case = self._cases.state(state.case)
        deciding.refuse_obstacles(self._obstacles(state.case, beside=disposal))
        if not self.rules.grounds[state.ground].before_due and not self._kept(state.case).is_due(self.today):
            raise Refused(f"This case is not due any more. {self._kept(state.case).why} Nothing was erased.")
        streams = held.streams(self._store, state.case)
        for stream in streams:
            if broken := self._store.verify(stream).broken:
                raise Refused(
                    f"{broken.stream} is not whole at version {broken.version}, so what stays of it could not be proved. Nothing was "
                    "erased; see docs/reliability.md."
                )
        begun = case.begun_at or self._now()
        return Plan(state, streams, tuple(self._backups.state("").since(begun)))

    def _wiped_again(self) -> str:
        """An erasure is followed by writing a SQLite file anew; a process that was killed in between left that undone."""
        wiped = self._store.erase([], actor=APP.id, at=self._now(), reason={}).wiped
        return " The file was written anew once more, so that no old bytes are left in it." if wiped else ""

    def carry_out(self, plan: Plan) -> Done:
        """Erase all that belongs to the case, in one transaction with the note that it was done. It cannot be undone.

        Raises Refused if somebody changed the case, or the disposal, since the plan was made.
        """
        state, at = plan.disposal, self._now()
        assert state.decided
        backups = tuple(one.file for one in plan.backups)
        after = DISPOSAL.fold([Happened(CarriedOut(streams=0, events=0), "", at)], state)
        was, now = DISPOSAL.index(state), DISPOSAL.index(after)

        def said(streams: int, events: int) -> list[NewEvent]:
            return [NewEvent(*DISPOSAL.stored.write(CarriedOut(streams=streams, events=events, backups=backups)))]

        stream = DISPOSAL.stream(state.id)
        pairs = IndexChange(now - was, was - now, DISPOSAL.index_rules)
        try:
            count = self._store.erase(
                [(name, None) for name in plan.streams],
                actor=state.decided.by,
                at=at,
                reason={"by_decision": stream, "of": "a case, with all that belongs to it"},
                upon=plan.streams,
                proof=Proof(stream, state.version, DISPOSAL.name, said, pairs),
            )
        except Conflict:
            raise Refused(
                "Somebody changed this case, or its disposal, at the same moment. Nothing was erased; look at it and try again."
            ) from None
        left = tuple(held.not_erased(self._store, state.case))
        return Done(count.streams, count.events, count.wiped, left)


def _facts(of_case: str, invented: bool, known: str) -> Facts:
    """From the pairs of the index: `birth|ever looked after|closed on`, and `class|day of a death`."""
    birth, looked_after, closed = of_case.split("|")
    chosen, died = known.split("|")

    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    return Facts(day(birth), looked_after == "yes", day(closed), invented, day(died), chosen)


def _names(state: Casefile) -> list[str]:
    """What names the child or the family: the reference, how the child is called, and everybody of the family."""
    family = [one.name for kind in ("parent", "adult") for one in (*state.of(kind).values(),)]
    return [state.reference, state.called, *family, *(one.who for one in state.siblings.values())]
