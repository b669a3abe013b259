"""Who has read a case, when, what and why: for its manager and for an assurer."""

import streamlit as st
from markupsafe import Markup

from framework.casefile import Casefile, shown
from framework.casefile.readers import Read
from framework.dates import uk_time
from pages.case import edit
from pages.ui.html import html, show_html
from pages.ui.identity import me

SHOWN = 200
"""Entries that are drawn (source: product; the record has them all)."""


def may_see(state: Casefile) -> bool:
    return shown.may_see_readers(me(), edit.parts(state.id))


def show(state: Casefile) -> None:
    st.header("Who has seen it", anchor=False)
    reads = edit.door().readings(state.id, me()).reads
    st.caption(
        "The same person reading the same thing again within half an hour is one line. Nobody can switch this off."
    )
    if not reads:
        st.info("Nobody has read it yet.")
        return
    known = edit.names({one.person for one in reads})
    rows = [_row(one, known[one.person]) for one in list(reversed(reads))[:SHOWN]]
    show_html(
        html(
            '<div class="hw scroll" tabindex="0" role="region" aria-label="Who has seen it"><table><thead><tr>'
            '<th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">As what, and why</th>'
            "</tr></thead><tbody>{rows}</tbody></table></div>",
            rows=rows,
        )
    )


def _row(one: Read, name: str) -> Markup:
    broken = html('<span class="hw-tag">Broke the glass</span> ') if one.stands_out else ""
    return html(
        "<tr><td>{at}</td><td>{name}</td><td>{what}</td><td>{broken}{parts}{why}</td></tr>",
        at=uk_time(one.at),
        name=name,
        what=f"{one.what[:1].upper()}{one.what[1:]}",
        broken=broken,
        parts=", ".join(shown.part_words(one.parts)),
        why=f": {one.why}" if one.why else "",
    )
