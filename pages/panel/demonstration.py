"""A demonstration: one trainer steps through a whole meeting, as the room would see it."""

import streamlit as st

from framework import panel
from framework.edition import Edition
from framework.panel.spread import spreads
from pages.case import evidence
from pages.panel import course, light, strip, wall
from pages.ui.app import workspace
from pages.ui.html import NOTHING, html, show_html


def show(whole: panel.Panel) -> None:
    """The meeting as it stood at the step that is shown, with what leads from step to step."""
    work = workspace()
    steps = work.meetings.steps(whole.meeting)
    show_html(
        html(
            '<div class="hw"><h1 style="font-size:1.5rem;margin:0;padding:0">Demonstration</h1><p>'
            '<span class="hw-tag">Fictional</span> Nobody in this meeting is real. Step through it; '
            "nothing you do changes it.</p></div>"
        )
    )
    last = len(steps) - 1
    step = _step(last)
    with st.container(horizontal=True, vertical_alignment="center", key="demo-controls"):
        st.button(
            "Start again", key="demo-first", icon=":material/first_page:", on_click=_to, args=(0,), disabled=step == 0
        )
        st.button(
            "Back", key="demo-back", icon=":material/arrow_back:", on_click=_to, args=(step - 1,), disabled=step == 0
        )
        st.button(
            "Forward", key="demo-forward", type="primary", icon=":material/arrow_forward:", on_click=_to, args=(step + 1,),
            disabled=step == last,
        )  # fmt: skip
        reveal = next((i for i, one in enumerate(steps) if one.to == "revealed"), last)
        st.button("To the reveal", key="demo-reveal", on_click=_to, args=(reveal,))
        st.button("To the end", key="demo-last", icon=":material/last_page:", on_click=_to, args=(last,))
    show_html(
        html(
            '<p class="hw" role="status"><strong>Step {step} of {last}.</strong> {title}</p>',
            step=step + 1,
            last=last + 1,
            title=steps[step].title,
        )
    )
    state = work.meetings.demonstrated(whole.meeting, steps[step].version)
    edition = work.meetings.edition_of(state)
    with st.container(border=True, key="demo-wall"):
        wall.show(state, edition, heading="h2")
    if state.phase == "scoring":
        _own_lights(state, edition)
    elif state.phase != "gathering":
        st.header("What the members said")
        differing = [one for one in spreads(state, edition) if one.differs]
        show_html(NOTHING.join(strip.whole(state, edition, one) for one in differing[:12]))
        course.show(state)
    if step == last and (case := evidence.case_of(whole)):
        show_html(
            html(
                '<div class="hw"><h2>For the trainer: what this case is meant to show</h2><p>{shows}</p></div>',
                shows=case.shows,
            )
        )


def _own_lights(state: panel.Panel, edition: Edition) -> None:
    """What nobody in the room would see yet: the light on the own screen of each who has finished."""
    st.header("On the members' own screens")
    done = [one for one in state.scorers if one.id in state.finished]
    marks = [light.small_mark(edition, panel.light_of(state, edition, one.id), one.name) for one in done]
    show_html(
        html(
            '<div class="hw"><p>In the room nobody sees this before the reveal.</p>{marks}</div>',
            marks=marks or html("<p>Nobody has finished yet.</p>"),
        )
    )


def _step(last: int) -> int:
    """The step in the page's address, so that a reload or a link shows the same one; the first if it is none."""
    asked = st.query_params.get("step", "1")
    return min(max(int(asked) - 1, 0), last) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _to(step: int) -> None:
    st.query_params["step"] = str(step + 1)
