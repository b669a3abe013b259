"""Every event of a case or a meeting in words: who, when, what, and what was read; filtered, taken away, and verified."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st
from markupsafe import Markup

from framework.audit import reading
from framework.audit.reading import LIMIT, Checked, Line, Trail
from framework.audit.trails import Trails
from framework.casefile import Casefile
from framework.dates import uk_time
from framework.panel import Panel
from framework.streams.store import StoreUnavailable
from pages.ui import download
from pages.ui.app import workspace
from pages.ui.download import Download
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain

AT_ONCE = 100
"""Entries that are drawn, and how many more at each click (source: product)."""


class Filter(NamedTuple):
    parts: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    words: str = ""


def door() -> Trails:
    return workspace().trails


def of_case(state: Casefile) -> None:
    """The view of a case."""
    st.header("Audit trail", anchor=False)
    actor, case = me(), state.id
    trail = door().of_case(case, actor)
    st.caption(
        "What happened in this case and in what belongs to it, as far as you may see it: who did what, and when."
    )
    for note in trail.notes:
        st.info(plain(note), icon=":material/visibility_off:")
    chosen = _filter(case, trail)
    lines = reading.filtered(trail.lines, *chosen)
    download.show(
        (
            Download(
                "Download what is shown here (CSV)",
                lambda: door().csv(case, actor, *chosen),  # in a thread that knows no session
                f"audit-trail-{case}.csv",
                "text/csv",
                f"audit-csv-{case}",
                ":material/download:",
            ),
        )
    )
    _verify(case, lambda: door().verify_case(case, actor))
    _show(case, lines)


def of_meeting(state: Panel, member: str) -> None:
    """Every event of a meeting, below its table. A guest takes nothing of it away."""
    actor, meeting = me(), state.meeting
    trail = door().of_meeting(meeting, member, actor)
    chosen = _filter(meeting, trail)
    lines = reading.filtered(trail.lines, *chosen)
    if not state.members[member].guest:
        st.download_button(
            "Download what is shown here (CSV)",
            reading.as_csv(lines),
            f"audit-trail-{meeting}.csv",
            "text/csv",
            key=f"audit-csv-{meeting}",
            icon=":material/download:",
            on_click="ignore",
        )
    _verify(meeting, lambda: door().verify_meeting(meeting, member, actor))
    _show(meeting, lines)


# ── What is shown ────────────────────────────────────────────────────────────────────────────────────────────────────


def _filter(of: str, trail: Trail) -> Filter:
    parts = [part.label for part in trail.parts]
    with st.container(horizontal=True, key="audit-filter"):
        chosen = (
            st.multiselect("Of which part", parts, placeholder="All", key=f"audit-parts|{of}") if len(parts) > 1 else []
        )
        who = st.multiselect("By whom", trail.people, format_func=plain, placeholder="Everybody", key=f"audit-who|{of}")
        words = st.text_input("With these words", key=f"audit-words|{of}", max_chars=100)
    return Filter(tuple(chosen), tuple(who), words)


def _show(of: str, lines: Sequence[Line]) -> None:
    if not lines:
        st.info("Nothing happened that fits this.")
        return
    key = f"audit-shown|{of}"
    shown = lines[: st.session_state.get(key, AT_ONCE)]
    with st.container(key="audit-lines"):
        show_html(
            html(
                '<div class="hw scroll" tabindex="0" role="region" aria-label="Audit trail"><table><caption>{count}, the newest '
                'first</caption><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr></thead>'
                "<tbody>{rows}</tbody></table></div>",
                count=f"{len(shown)} of {len(lines)} entries" if len(shown) < len(lines) else _entries(len(lines)),
                rows=[_row(line) for line in shown],
            )
        )
    if len(shown) < len(lines):
        st.button(
            f"Show {min(AT_ONCE, len(lines) - len(shown))} more", key=f"audit-more|{of}", on_click=_more, args=(key,)
        )


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def _more(key: str) -> None:
    st.session_state[key] = st.session_state.get(key, AT_ONCE) + AT_ONCE


def _row(line: Line) -> Markup:
    mark = html(' <span class="hw-tag">Not in a copy</span>') if line.restricted else ""
    return html(
        '<tr><td>{at}</td><td>{who}</td><td><span class="quiet">{part}</span><br>{what}{mark}</td></tr>',
        at=uk_time(line.at),
        who=line.who,
        part=line.part,
        what=line.what,
        mark=mark,
    )


# ── Whether the record is whole ──────────────────────────────────────────────────────────────────────────────────────


def _verify(of: str, check: Callable[[], list[Checked]]) -> None:
    with st.container(key="audit-verify"):
        pressed = st.button(
            "Verify that the record is whole",
            key=f"audit-verify|{of}",
            icon=":material/verified:",
            help="Each entry carries a hash, made of what it says and of the entry before. This works all of them out again.",
        )
        if pressed:
            _say(check)


def _say(check: Callable[[], list[Checked]]) -> None:
    try:
        found = check()
    except StoreUnavailable as error:
        st.error(plain(str(error)), icon=":material/block:")
        return
    for one in found:
        if not one.whole:
            st.error(plain(f"{one.label}: {one.meaning}"), icon=":material/warning:")
    for meaning in dict.fromkeys(one.meaning for one in found if one.whole):
        labels = ", ".join(one.label for one in found if one.meaning == meaning)
        st.success(plain(f"{labels}: {meaning}"), icon=":material/verified:")
    st.caption(LIMIT)
