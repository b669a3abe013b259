"""The cases that I work with, beginning one, and opening one that is not in my list."""

import streamlit as st

from framework.casefile import Begin, BreakGlass, shown
from framework.casefile.shown import Row
from framework.dates import uk
from framework.items import LINE_LIMIT
from framework.streams.kind import Refused
from framework.text import TEXT_LIMIT
from pages.case import bringing, edit, evidence, handing_over
from pages.panel import asking
from pages.ui import attempts
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.identity import me, open_mode
from pages.ui.links import PAGES
from pages.ui.text import plain

AT_ONCE = 40
"""Cases that are drawn at first, and with each click on “more”."""
ASKED = "cases"


def show(refused: str = "") -> None:
    st.title("Cases", anchor=False)
    if open_mode():
        said = html(
            "{tag} &nbsp;Homeward runs without a sign-in here, so every case is an invented one.",
            tag=evidence.fictional(),
        )
    else:
        said = html("The children you work with. Nobody who has no part in a case learns that it exists.")
    show_html(html('<p class="hw">{said}</p>', said=said))
    if refused:
        st.error(plain(refused), icon=":material/block:")
    _list()
    if shown.may(Begin, me()):
        with st.expander("Begin a case", icon=":material/add:", key="begin-case"):
            _begin()
    if me().id and shown.may(BreakGlass, me()):
        with st.expander("Open a case that is not in my list", icon=":material/visibility:", key="break-glass"):
            _break_glass()
    if not workspace().imports.refused(me()):
        with st.expander("Bring in a file", icon=":material/upload_file:", key="bring-in", on_change="rerun") as box:
            if box.open:
                bringing.show()
    if me().id:
        with st.expander("Hand over cases", icon=":material/move_up:", key="hand-over", on_change="rerun") as box:
            if box.open:
                handing_over.show()


# ── My cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.fragment(key="my-cases")
def _list() -> None:
    all_ = edit.door().rows(me())
    if not all_:
        st.info("You work on no case here yet. Begin one below, or ask a case’s team manager to add you to its team.")
        return
    text = st.text_input("Search in my cases", key="search-cases", placeholder="name or reference", max_chars=100)
    found, limit = shown.in_order(all_, text or ""), st.session_state.setdefault("cases-shown", AT_ONCE)
    if not found:
        st.caption("None of your cases has that name or reference.")
    with st.container(key="cases", gap=None):
        for row in found[:limit]:
            with st.container(key=f"listed-{row.id}", gap=None):
                _row(row)
    if len(found) > limit:
        st.button(f"Show more ({len(found) - limit})", key="more-cases", on_click=_more)


def _more() -> None:
    st.session_state["cases-shown"] += AT_ONCE


def _row(row: Row) -> None:
    st.page_link(PAGES["case"], label=plain(f"{row.called} · {row.reference}"), query_params={"case": row.id})
    first = row.next or next(iter(row.waits), None)
    waits = f"{f'{uk(first.on)}: ' if first.on else ''}{first.what}" if first else "Nothing waits"
    facts = [row.born, f"you: {', '.join(row.parts).lower()}" if row.parts else ""]
    show_html(
        html(
            '<div class="hw case-listed"><p>{tag}{facts}</p><p class="{late}">{waits}</p></div>',
            tag=html("{tag} &nbsp;", tag=evidence.fictional()) if row.invented and not open_mode() else "",
            facts=" · ".join(filter(None, facts)),
            late="case-late" if first and first.late else "quiet",
            waits="Closed" if row.closed else waits,
        )
    )


# ── Beginning one ────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin() -> None:
    with st.form("begin", border=False, enter_to_submit=False):
        called, reference = st.columns(2)
        with called:
            st.text_input(
                "What the child is called here",
                key="begin-called",
                max_chars=LINE_LIMIT,
                help="A first name or initials. On these pages the child is called so.",
            )
        with reference:
            st.text_input(
                "Reference in your own system",
                key="begin-reference",
                max_chars=LINE_LIMIT,
                help="The number under which your council’s system has the child.",
            )
        st.form_submit_button("Begin this case", type="primary", on_click=_begun)
    attempts.refused("begin-case")
    st.caption("Everything else can follow, in any order: each field is saved as you leave it.")


def _begun() -> None:
    given = st.session_state

    def act() -> None:
        called, reference = given.get("begin-called") or "", given.get("begin-reference") or ""
        case = edit.door().begin(me(), reference, called, open_mode())
        go_to(case)
        given[f"case-view|{case}"] = "know"

    attempts.attempt("begin-case", act)


def go_to(case: str) -> None:
    """From a callback: put a case into the address, where a reload finds it."""
    st.query_params.from_dict({"case": case})


# ── Breaking the glass ───────────────────────────────────────────────────────────────────────────────────────────────


def _break_glass() -> None:
    st.write(
        "For when a child’s safety cannot wait until somebody adds you to the team. You need the exact reference. The "
        "case’s team is told that you opened it, when and why, and it stands out in the record."
    )
    with st.form("glass", border=False, enter_to_submit=False):
        st.text_input("Exact reference", key="glass-reference", max_chars=LINE_LIMIT)
        st.text_area("Why you need to see it now", key="glass-reason", max_chars=TEXT_LIMIT, height=80)
        st.form_submit_button("Ask to open it", on_click=_ask)
    attempts.refused("glass")
    if asking.asked(ASKED):
        asking.dialog(ASKED, "Open a case that you have no part in?", _sure)


def _ask() -> None:
    def act() -> None:
        if not (st.session_state.get("glass-reference") or "").strip():
            raise Refused("Give the exact reference of the case.")
        if not (st.session_state.get("glass-reason") or "").strip():
            raise Refused("Say why you need to see it now. The team reads this.")
        st.session_state["glass-asked"] = (st.session_state["glass-reference"], st.session_state["glass-reason"])
        asking.ask(ASKED, "glass")

    attempts.attempt("glass", act)


def _sure() -> None:
    st.write("Its team will be told your name and your reason. This cannot be taken back.")
    st.button("Yes, open it", type="primary", key="glass-now", on_click=_open)
    attempts.refused("glass-now")


def _open() -> None:
    if asking.asked(ASKED) is None:
        return  # the second click

    def act() -> None:
        reference, reason = st.session_state["glass-asked"]
        case = edit.door().break_glass(me(), reference, reason)
        asking.answered(ASKED)
        st.session_state.pop("glass-asked")
        go_to(case)

    attempts.attempt("glass-now", act)
