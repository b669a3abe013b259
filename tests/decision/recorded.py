"""A real case in a store with a meeting, a decision on it that a nominated officer approved, and words of every kind in them."""

from datetime import datetime

from framework import panel
from framework.casefile import Add, Change
from framework.decision.deciding import Approve, AskApproval, Decide, Satisfy
from framework.decision.reading import conditions
from framework.decision.records import Which
from framework.panel import AddNote, Agree, Dissent, FillRest, MovePhase, Score
from framework.streams.store import Store
from tests.panel.case_meeting import PROVIDER, SETTINGS, CaseMeeting
from tests.panel.table import NEGLECT, WISH

ARABIC = "أريد أن أعيش مع أمي."
POLISH = "Zażółć gęślą jaźń, Łucja"
WELSH = "Mae’r tŵr ger y dŵr, Siân Llŷr"
EMOJI = "I want to go home 🎉"
LONG = "Llanfair" * 40
TYPED = "# not a heading {{ title }} {% if x %} <b>not bold</b> & {_{ so }_}"
ADVICE, SEALED = "counsel thinks that we lose", "the finding that was sealed"
ADDRESS = "12 Hidden Road"
CHOICE = {
    "outcome": "return_home", "legal_outcome": "ceases", "key_stage_4_move": "no", "out_of_area": "no", "ward_of_court": "no",
    "rationale": TYPED, "review_on": "2027-03-01", "would_change": LONG, "fact_or_said": WELSH, "not_asked": POLISH,
    "level": "medium", "departs_why": "The aunt lives in the home since June.", "not_seen": "How much the aunt does.",
}  # fmt: skip


class Recorded(CaseMeeting):
    """Wanda writes and decides, Mo manages, Nick approves. `decided_at`: before it, nothing of the decision was there."""

    def __init__(self, store: Store) -> None:
        super().__init__(
            store, SETTINGS.model_copy(update={"roles": {**SETTINGS.roles, "Officer": "nominated_officer"}})
        )
        person = self.work.people.signed_in(PROVIDER, "nick", "Nick Officer", "nick@example.org", ["Officer"])
        self.ids["nick"] = person.id
        self.part("nick", "nominated_officer")
        self.before_decision = self.clock()

    def bundle(self, who: str = "wanda"):  # type: ignore[no-untyped-def]
        add = lambda kind, **fields: self.work.casefiles.run(self.case, self["wanda"], Add(kind, fields))  # noqa: E731
        self.work.casefiles.run(self.case, self["wanda"], Change("child", "child", "looked_after_since", "01/02/2025"))
        self.work.casefiles.run(self.case, self["wanda"], Change("home", "home1", "address", ADDRESS))
        add("entry", since="2025-02", sort="voice", what=ARABIC, source="Visit by the social worker")
        add(
            "entry",
            since="2025-03",
            sort="services",
            what=POLISH,
            source="Letter",
            done="Group work",
            result="She came twelve times",
        )
        add("entry", since="2025-04", sort="police_court", what=ADVICE, legal_advice=True)
        add("entry", since="2025-05", sort="police_court", what=SEALED, court=True)
        add("document", title=SEALED, where="LCS 9", court=True)
        return self.work.casefiles.bundle(self.case, self[who], stage=4)

    def meet(self) -> "Recorded":
        """From the first score to the end: Sam is let in as a team manager, Iris looks on."""
        self.sit_down("mo", "team_manager")
        self.do("wanda", MovePhase("scoring"), Score(*NEGLECT, "improving", TYPED, ("seen",)))
        self.do("mo", Score(*NEGLECT, "active"), FillRest((WISH,), "wants"))
        self.do("wanda", MovePhase("revealed"), Score(*NEGLECT, "active", reason="The visit."))
        self.do("mo", AddNote(*NEGLECT, "Seen in May."), Dissent("capacity", "a1", "Too early."))
        for key in panel.open_questions(self.state, self.work.edition):
            self.do("wanda", Agree(*key, "unknown"))
        self.do("wanda", MovePhase("agreed"), MovePhase("closed"))
        self.clock.move(hours=1)
        self.before_decision = self.clock()
        self.clock.move(hours=1)
        return self

    def decide(self, approve: bool = True) -> str:
        """A decision that departs from the level, and its approval."""
        book, wanda = self.work.decisions, self["wanda"]
        decision = book.begin(self.case, wanda, "4", self.meeting)
        for field, value in CHOICE.items():
            book.run(self.case, wanda, Change("draft", decision, field, value))
        for kind, fields in self._items(decision):
            book.run(self.case, wanda, Add(kind, {"decision": decision, **fields}))
        for must in book.must_answer(self.case, wanda, decision):
            if must.answer is None:
                fields = {
                    "decision": decision,
                    "subject": must.subject,
                    "about": must.about,
                    "words": "Asked again in May.",
                }
                book.run(self.case, wanda, Add("answer", fields))
        book.run(self.case, self["mo"], Decide(decision))
        if approve:
            self.clock.move(hours=1)
            self.approve(decision)
        return decision

    def approve(self, decision: str) -> None:
        book, nick = self.work.decisions, self["nick"]
        book.run(self.case, self["wanda"], AskApproval(decision, nick.id))
        for one in conditions(book.view(self.case, nick).made[decision]):
            book.run(self.case, nick, Satisfy(decision, one.id, "Read in the minutes."))
        book.run(self.case, nick, Approve(decision, "It is ready."))

    def _items(self, decision: str) -> list[tuple[str, dict[str, object]]]:
        return [
            (
                "option",
                {
                    "name": "Home with support",
                    "strengths": WELSH,
                    "risks": LONG,
                    "risk_rests_on": "Two reports",
                    "chosen": True,
                },
            ),
            ("option", {"name": "Long-term fostering", "strengths": "Settled there", "risks": "Away from her sister"}),
            ("support", {"what": "A worker three times a week", "who": "Family centre", "since": "2026-12-01"}),
            ("condition", {"words": "The aunt stays", "by": "2027-01-15"}),
            ("view", {"whose": "child", "words": ARABIC, "weight": "Much: she has said it for a year."}),
            ("view", {"whose": "father", "who": "Ali", "words": EMOJI, "weight": "Some."}),
            ("told", {"who": "Ali", "by": "Wanda", "on": "2026-11-24", "how": "At home", "words": "He agrees."}),
            ("dissent", {"who": "Mo Manager", "words": POLISH}),
        ]

    @property
    def which(self) -> Which:
        return Which(self.meeting)

    def record(self, who: str = "wanda", upto: datetime | None = None):  # type: ignore[no-untyped-def]
        member = self.seats[who].member if who in self.seats else None
        return self.work.records.of(self.which, self[who], member, upto)
