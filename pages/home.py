"""Home: what this is, sample cases, open meetings, and what to do first."""

import streamlit as st

from framework.case import Case, access
from framework.case.model import Reset
from framework.dates import uk
from framework.light import explain
from framework.panel import PHASE_WORDS
from framework.panel import access as panel_access
from framework.panel.deciding import Open
from framework.people.deciding import ChooseMail
from framework.streams.kind import Unreadable
from framework.streams.policy import allows
from pages.case import evidence
from pages.decision import home as of_decisions
from pages.panel import asking, meetings
from pages.ui import attempts, widgets
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.links import PAGES
from pages.ui.text import plain


def page() -> None:
    work = workspace()
    st.title("Can this child safely go home?", anchor=False)
    show_html(
        html(
            '<p class="hw" style="max-width:46rem">Homeward helps a panel decide that with care and with '
            "evidence. Each member scores risk and protective factors on their own. Then the panel "
            "compares and agrees. It sees what the traffic light, as reconstructed here, indicates and "
            "what holds it there. It supports your judgement and never replaces it: nothing here adds up "
            "points, predicts, or decides.</p>"
        )
    )
    meets = allows(panel_access.POLICY, Open, me().roles)
    if me().id:
        _waits_for_me()
        _line_by_mail()
    _first_steps(meets)
    if not me().id:  # in an open app nobody in particular: what waits is everybody's, and joining a meeting comes first
        _waits_for_me()
    if meets:
        _samples()
    if meets or work.meetings.of_person(me()):
        st.header("My meetings", anchor=False)
        meetings.mine()
    if allows(access.POLICY, Reset, me().roles):
        _offer_to_reset()


def _samples() -> None:
    st.header("Try a sample case", anchor=False)
    show_html(
        html(
            '<p class="hw">{fictional} &nbsp;Every case and everybody in it is made up. Open one, read '
            "the evidence, start a meeting and score it.</p>",
            fictional=evidence.fictional(),
        )
    )
    cases = workspace().cases.seen_by(me()).all()
    for first in range(0, len(cases), 3):  # row by row, so that a phone shows them in their order
        for column, case in zip(st.columns(3), cases[first : first + 3], strict=False):
            with column.container(border=True, key=f"case-{case.id}", height="stretch"):
                _card(case)


def _waits_for_me() -> None:
    """What waits for the person of this session: at a door, for a second person, in their cases; and a line that names nobody."""
    found, to_score = workspace().waits(me()), of_decisions.to_score()
    if not (found.line or to_score):
        return
    st.header("What waits for you", anchor=False)
    with st.container(border=True, key="waits-for-me"):
        for meeting in found.meetings:
            st.page_link(PAGES["panel"], label="Somebody asks to be let in", query_params={"meeting": meeting})
        of_decisions.show(to_score, found.decisions)
        if found.people:
            said = explain.number_of(len(found.people), "person has a role", "people have a role")
            st.page_link(PAGES["people"], label=f"{said.capitalize()} that waits for a second person")
        for row in found.cases[:WAITING]:
            st.page_link(PAGES["case"], label=plain(f"{row.called} · {row.reference}"), query_params={"case": row.id})
            items = [
                html(
                    "<li>{on}{what}</li>",
                    on=html("<strong>{on}{late}</strong>: ", on=uk(one.on), late=" (late)" if one.late else "")
                    if one.on
                    else "",
                    what=one.what,
                )
                for one in row.waits
            ]
            show_html(html('<div class="hw"><ul>{items}</ul></div>', items=items))
        if len(found.cases) > WAITING:
            st.page_link(PAGES["case"], label=f"And {len(found.cases) - WAITING} more in my cases")
        with st.expander("A line to copy into a message", key="line-to-copy"):
            st.caption("It names no child.")
            st.code(found.line, language=None, wrap_lines=True)


def _line_by_mail() -> None:
    """Whether somebody wants the line by e-mail, where the authority has set a mail server."""
    if not workspace().settings.mail_server:
        return
    person = workspace().people.view(me().id, me())
    st.checkbox(
        "Send me a line by e-mail, at most once a day, while something waits for me",
        person.mail,
        key=widgets.widget_for("line-by-mail", person.mail),
        help="It says how many cases wait and by when. It names no child.",
        on_change=_choose_mail,
        args=(not person.mail,),
    )
    attempts.refused("line-by-mail")


def _choose_mail(wants: bool) -> None:
    def act() -> None:
        workspace().people.run(me().id, me(), ChooseMail(wants))

    attempts.attempt("line-by-mail", act)
    widgets.reset_widget("line-by-mail")  # it was refused: the box shows what the record says


WAITING = 6
"""So many cases that wait are named on Home."""
NAMED = 8
"""So many of the meetings that a reset puts aside are named."""


def _offer_to_reset() -> None:
    with st.expander("Reset the sample data", key="reset-sample-data"):
        st.write("Loads the sample cases again and puts the meetings held on them aside. The record keeps them.")
        st.button("Reset the sample data", key="reset", on_click=asking.ask, args=("home", "reset"))
        if done := st.session_state.pop("home|reset-done", ""):
            show_html(html('<p class="hw" role="status">✓ {done}</p>', done=done))
    if asking.asked("home"):
        _ask_to_reset()


def _ask_to_reset() -> None:
    meetings = workspace().meetings
    running = meetings.count_on_samples(standing="open")

    def body() -> None:
        if running:
            names = [
                html("<li>{named}</li>", named=_named(one)) for one in meetings.on_samples(standing="open")[:NAMED]
            ]
            more = html("<li>and {running} more</li>", running=running - NAMED) if running > NAMED else ""
            count = explain.number_of(running, "meeting is", "meetings are").capitalize()
            show_html(
                html(
                    '<div class="hw"><p><strong>{count} running on sample cases and will be put aside:</strong>'
                    "</p><ul>{names}{more}</ul><p>Whoever sits in one can go on with its address, but no list "
                    "shows it any more and its code joins nobody.</p></div>",
                    count=count,
                    names=names,
                    more=more,
                )
            )
        else:
            st.write("No meeting is running on a sample case.")
        closed = meetings.count_on_samples(standing="closed")
        if closed:
            st.write(
                f"{explain.number_of(closed, 'closed meeting', 'closed meetings').capitalize()} will be put aside, too."
            )
        st.write("The record keeps all of them. This cannot be undone here.")
        st.button("Reset the sample data", type="primary", key="reset-now", on_click=_reset)
        attempts.refused("reset")

    asking.dialog("home", "Reset the sample data?", body)


def _named(meeting: str) -> str:
    try:
        one = workspace().meetings.view(meeting)
    except Unreadable as error:
        return str(error)
    return f"{one.case} {one.title}: {PHASE_WORDS[one.phase].lower()}, chaired by {one.members[one.chair].name}"


def _reset() -> None:
    if asking.asked("home") is None:
        return  # the second click

    def act() -> None:
        aside = workspace().reset_samples(me())
        asking.answered("home")
        meetings_were = explain.number_of(aside, "meeting was", "meetings were")
        st.session_state["home|reset-done"] = f"The sample data is as new; {meetings_were} put aside."

    attempts.attempt("reset", act)


def _card(case: Case) -> None:
    st.subheader(plain(f"{case.id}  {case.title}"), anchor=False)
    show_html(html('<p class="hw quiet">{about}</p>', about=case.about or case.summary))
    if st.button("Open this case", key=f"open-{case.id}"):
        st.switch_page(PAGES["panel"], query_params={"case": case.id})


def _first_steps(meets: bool) -> None:
    """Joining a meeting, which anybody may who has its code; and starting one."""
    join, start = st.columns(2)
    with join.container(border=True, key="join-box"):
        st.header("Join a meeting", anchor=False)
        with st.form("join-form", border=False):
            code = st.text_input("Code from the chair", placeholder="eight letters and digits", max_chars=20)
            if st.form_submit_button("Join", type="primary") and code.strip():
                st.switch_page(PAGES["panel"], query_params={"code": code})
    if not meets:
        return
    with start.container(border=True, key="start-box"):
        st.header("Start a meeting", anchor=False)
        own = {one.id: f"{one.called}, {one.reference}" for one in workspace().casefiles.listing(me(), "open")}
        samples = {one.id: f"{one.id}  {one.title}" for one in workspace().cases.seen_by(me()).all()}
        offered = {**own, **samples} if me().id else {**samples, **own}
        chosen = st.selectbox(
            "Case", list(offered), format_func=lambda case: plain(offered[case]), key="start-case", index=0
        )
        if st.button("Read the case and start", key="start-meeting"):
            if chosen in own:
                st.switch_page(PAGES["case"], query_params={"case": chosen, "view": "meetings"})
            st.switch_page(PAGES["panel"], query_params={"case": chosen})
