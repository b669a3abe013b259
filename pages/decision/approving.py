"""What happens after a decision is made: who must approve it and why, the conditions one by one, and the answer of the named person."""

import streamlit as st

from framework.dates import uk
from framework.decision import shown
from framework.decision.deciding import (
    Approve,
    AskApproval,
    CompleteAssessment,
    PreparePlan,
    RecordSatisfied,
    RefuseApproval,
    Satisfy,
    SendBack,
    Unsatisfy,
)
from framework.decision.model import Made
from framework.decision.reading import ToMeet, conditions, deadlines, follows_assessment, needs_plan, unmet
from framework.items import FIRST_DAY, LINE_LIMIT
from framework.text import TEXT_LIMIT
from pages.case import edit as of_case
from pages.decision import choosing, edit
from pages.decision.edit import Here
from pages.ui import fields
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain


def was_sent_back(one: Here) -> None:
    """Over a decision that is written on again: by whom; its standing says why."""
    assert one.made and one.made.sent_back
    by = of_case.name_of(one.made.sent_back.by)
    st.warning(plain(f"{by} sent it back. It can be written on, and decided, again."), icon=":material/reply:")


def show(one: Here) -> None:
    made = one.made
    assert made
    if made.decided.route is None:
        st.caption("By this decision the child does not go home, so the law asks for no approval.")
        return
    st.header("Approval", anchor=False)
    show_html(choosing.route_html(made.decided.route, with_conditions=False))
    with st.container(key="approval_asked"):
        earlier(one)
        _asked(one, made)
    open_ = not (made.signed or made.ended or (made.superseded and made.superseded.since <= one.today))
    mine = open_ and shown.may_answer(made, me().id) and edit.may(one.case, _deed(made))
    with st.container(key="approval_conditions"):
        _conditions(one, made, mine)
    with st.container(key="approval_answer"):
        if mine:
            _answer(one, made)
    with st.container(key="approval_plan"):
        if needs_plan(made) and not made.ended:
            _plan(one, made)


def assessment(one: Here) -> None:
    """After an immediate placement or an unplanned return: the assessment that follows, and the day by which it is due."""
    made = one.made
    if made is None or made.ended or not follows_assessment(made):
        return
    st.header("The assessment that follows", anchor=False)
    for due in deadlines(one.state, one.today):
        if due.decision == one.decision:
            late = " It is late." if due.late else ""
            st.write(plain(f"{uk(due.day)}: {due.words}.{late}"))
    if made.assessed:
        st.success(f"Complete on {uk(made.assessed.on)}.", icon=":material/check:")
    elif edit.may(one.case, CompleteAssessment) and not one.file.closed:
        stem = f"assessed|{one.decision}"
        with st.form(stem, border=False, enter_to_submit=False):
            st.date_input(
                "Complete on",
                one.today,
                min_value=FIRST_DAY,
                max_value=one.today,
                format="DD/MM/YYYY",
                key=f"{stem}|on",
            )
            st.form_submit_button(
                "The assessment is complete", on_click=_send_assessed, args=(one.case, one.decision, stem)
            )
        fields.message(stem)


def _send_assessed(case: str, decision: str, stem: str) -> None:
    if on := st.session_state.get(f"{stem}|on"):
        edit.send(case, CompleteAssessment(decision, on), stem, done="Recorded.")
    else:
        fields.say(stem, "Give the day on which it was complete.")


def _deed(made: Made) -> type:
    return Approve if shown.named_by_law(made) else RecordSatisfied


# ── Whom it waits for ────────────────────────────────────────────────────────────────────────────────────────────────


def earlier(one: Here) -> None:
    """What came of it each time that it was decided before."""
    before = one.state.before.get(one.decision, ())
    names = of_case.names({name for made in before for name in shown.people(made)})
    for made in before:
        said = [f"Decided on {uk(made.decided.day)} before.", *shown.approval_words(made, names)]
        show_html(html('<p class="hw">{said}</p>', said=" ".join(said)))


def _asked(one: Here, made: Made) -> None:
    for sentence in shown.approval_words(made, of_case.names(set(shown.people(made)))):
        show_html(html('<p class="hw">{sentence}</p>', sentence=sentence))
    if made.signed or made.ended or one.file.closed or not edit.may(one.case, AskApproval):
        return
    people = shown.askable(one.file, one.today)
    names = of_case.names(people)
    label = "Ask somebody else" if made.asked else "Ask for the approval"
    with st.expander(label, icon=":material/send:", key=f"ask-approval-{len(made.asked)}", expanded=not made.asked):
        if not names:
            st.write(
                "Nobody in this case can be asked yet. Give somebody the part “Asked to approve” on the card “The team” first."
            )
            return
        _ask_form(one, names)


def _ask_form(one: Here, names: dict[str, str]) -> None:
    assert one.made
    stem = f"ask-approval|{one.decision}|{len(one.made.asked)}"
    with st.form(stem, border=False, enter_to_submit=False):
        st.selectbox(
            "Who is asked",
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder="Choose a person",
            key=f"{stem}|person",
        )
        left, right = st.columns(2)
        with left:
            st.text_input("If a substitute: for whom", max_chars=LINE_LIMIT, key=f"{stem}|for")
        with right:
            st.text_input("If a substitute: why", max_chars=LINE_LIMIT, key=f"{stem}|why")
        st.form_submit_button(
            "Ask this person", type="primary", on_click=_send_ask, args=(one.case, one.decision, stem)
        )
    fields.message(stem)


def _send_ask(case: str, decision: str, stem: str) -> None:
    given = st.session_state
    person = given.get(f"{stem}|person")
    if not person:
        fields.say(stem, "Choose who is asked.")
        return
    command = AskApproval(decision, person, given.get(f"{stem}|for") or "", given.get(f"{stem}|why") or "")
    edit.send(case, command, stem, done="Asked. It waits on their Home page.")


# ── The conditions, one by one ───────────────────────────────────────────────────────────────────────────────────────


def _conditions(one: Here, made: Made, mine: bool) -> None:
    found = conditions(made)
    if not found:
        return
    st.subheader("What must be satisfied, one by one", anchor=False)
    by = of_case.names({it.evidence.by for it in found if it.evidence})
    for condition in found:
        with st.container(border=True, key=f"condition-{condition.id}"):
            _condition(one, condition, by, mine)


def _condition(one: Here, condition: ToMeet, by: dict[str, str], mine: bool) -> None:
    evidence = condition.evidence
    said = (
        html(
            "<p>{words} <span class=quiet>{by}, {at}</span></p>",
            words=evidence.words,
            by=by[evidence.by],
            at=fields.moment(evidence.at),
        )
        if evidence
        else ""
    )
    waits = "Waits for the placement plan." if condition.by_plan else "Not answered yet."
    show_html(
        html(
            '<div class="hw"><p><strong>{sign}</strong> {text}<span class="quiet">{mark}</span></p>{said}'
            '<details class="quiet"><summary>Source</summary><p>{source}</p></details></div>',
            sign="✓ Satisfied:" if condition.met else "○ Open:",
            text=condition.text,
            source=condition.source,
            mark=shown.provenance(condition.provenance),
            said=said or ("" if condition.met else html('<p class="quiet">{waits}</p>', waits=waits)),
        )
    )
    if not mine or condition.by_plan:
        return
    place = f"satisfy|{one.decision}|{condition.id}"
    if evidence:
        st.button(
            "Take it back",
            key=place,
            type="tertiary",
            on_click=_take_back,
            args=(one.case, Unsatisfy(one.decision, condition.id), place),
        )
    else:
        _evidence(one, condition, place)
    fields.message(place)


def _evidence(one: Here, condition: ToMeet, place: str) -> None:
    key = f"note-{one.case}|evidence|{one.decision}|{condition.id}"
    with st.form(f"form|{place}", border=False, enter_to_submit=False):
        st.text_area("Evidence that it is met", max_chars=TEXT_LIMIT, height=80, key=key)
        st.form_submit_button(
            "It is satisfied", on_click=_satisfy, args=(one.case, one.decision, condition.id, key, place)
        )


def _take_back(case: str, command: Unsatisfy, place: str) -> None:
    edit.send(case, command, place)


def _satisfy(case: str, decision: str, condition: str, key: str, place: str) -> None:
    edit.send(case, Satisfy(decision, condition, st.session_state.get(key) or ""), place)


# ── The answer ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _answer(one: Here, made: Made) -> None:
    """Approve, refuse or send back: by whoever is asked, and each is asked about once."""
    named = shown.named_by_law(made)
    st.subheader("Your answer", anchor=False)
    with st.container():
        if left := len(unmet(made)):
            st.caption(
                f"{left} of the conditions {'is' if left == 1 else 'are'} still open. It can be sent back or refused now."
            )
    words = f"note-{one.case}|answer-words|{one.decision}|{made.version}"
    st.text_area(
        "In words" if named else "What the authority is satisfied with",
        max_chars=TEXT_LIMIT,
        height=80,
        key=words,
        help="A reason is needed to refuse it or to send it back.",
    )
    sign, back, refuse = st.columns(3)
    with sign:
        edit.asks_once(
            f"sign|{one.decision}",
            "Approve" if named else "Record that the authority is satisfied",
            "Approve it in your name? This cannot be taken back."
            if named
            else "Record it in your name? This cannot be taken back.",
            "Yes, approve it" if named else "Yes, record it",
            lambda: _sign(one.case, one.decision, named, words),
            primary=True,
        )
    with back:
        edit.asks_once(
            f"back|{one.decision}",
            "Send it back",
            "Send it back to be written and decided again?",
            "Yes, send it back",
            lambda: _turn_down(one.case, one.decision, words, back=True),
        )
    with refuse:
        edit.asks_once(
            f"refuse|{one.decision}",
            "Refuse the approval",
            "Refuse it for good? Another decision has to be made then.",
            "Yes, refuse it",
            lambda: _turn_down(one.case, one.decision, words, back=False),
        )


def _sign(case: str, decision: str, named: bool, key: str) -> None:
    words = st.session_state.get(key) or ""
    command = Approve(decision, words) if named else RecordSatisfied(decision, words)
    edit.send(case, command, f"sign|{decision}", done="Approved." if named else "Recorded.")


def _turn_down(case: str, decision: str, key: str, *, back: bool) -> None:
    reason = st.session_state.get(key) or ""
    command = SendBack(decision, reason) if back else RefuseApproval(decision, reason)
    edit.send(case, command, f"{'back' if back else 'refuse'}|{decision}", done="Sent back." if back else "Refused.")


# ── The placement plan ───────────────────────────────────────────────────────────────────────────────────────────────


def _plan(one: Here, made: Made) -> None:
    st.subheader("The placement plan", anchor=False)
    if made.plan:
        show_html(
            html(
                '<p class="hw">✓ Prepared on {on}. {where} <span class="quiet">{by}, {at}</span></p>',
                on=uk(made.plan.on),
                where=made.plan.where,
                by=of_case.name_of(made.plan.by),
                at=fields.moment(made.plan.at),
            )
        )
        return
    st.caption("Without it the placement is not in effect, also when it is approved (regulation 18).")
    if one.file.closed or not edit.may(one.case, PreparePlan):
        return
    stem = f"plan|{one.decision}"
    with st.form(stem, border=False, enter_to_submit=False):
        left, right = st.columns(2)
        with left:
            st.date_input(
                "Prepared on",
                one.today,
                min_value=FIRST_DAY,
                max_value=one.today,
                format="DD/MM/YYYY",
                key=f"{stem}|on",
            )
        with right:
            st.text_input("Where it is to be found", max_chars=LINE_LIMIT, key=f"{stem}|where")
        st.form_submit_button(
            "The placement plan is prepared", on_click=_send_plan, args=(one.case, one.decision, stem)
        )
    fields.message(stem)


def _send_plan(case: str, decision: str, stem: str) -> None:
    given = st.session_state
    if not (on := given.get(f"{stem}|on")):
        fields.say(stem, "Give the day on which it was prepared.")
        return
    edit.send(case, PreparePlan(decision, on, given.get(f"{stem}|where") or ""), stem, done="Recorded.")
