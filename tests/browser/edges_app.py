"""A small app of Streamlit alone, with one of each element that Homeward leans on; test_streamlit_edges.py opens it."""

import time
from pathlib import Path

import streamlit as st

from pages.ui import browser, streamlit_patches
from pages.ui.html import html, show_html, show_stylesheets

streamlit_patches.callbacks_run_to_their_end()
state, asked = st.session_state, st.query_params
state["runs"] = state.get("runs", 0) + 1
if "helper" in asked:
    browser.helper()

with st.sidebar:
    show_stylesheets([Path(__file__).parent / "edges.css"], html("<p>Beside the stylesheet</p>"))
    st.button("In the sidebar")

# ── Behaviour ──
st.caption(f"whole runs: {state['runs']}")
if st.toggle("Draw it", value=True):
    st.text_input("Kept", value=f"given {state['runs']}", key="kept|a.b")
st.text_input("New", value=f"given {state['runs']}", key=f"new|{state['runs']}")


def slow() -> None:
    time.sleep(1.5)
    state.get("runs")  # at each access, Streamlit looks for a newer request of the browser
    state["done"] = state.get("done", 0) + 1


st.button("Slow callback", on_click=slow)
st.button("Another")
st.caption(f"carried out: {state.get('done', 0)}")
st.button("Draw the fragment alone", on_click=lambda: st.rerun("part"))


@st.fragment(key="part")
def part() -> None:
    state["part"] = state.get("part", 0) + 1
    st.caption(f"runs of the part: {state['part']}")
    if st.button("Toast"):
        st.toast("Something was done.")
    opened = st.expander("Unfold", key="unfold", on_change="rerun")
    st.caption("the script knows that it is open" if opened.open else "the script knows that it is closed")


part()
if "bare" in asked:
    st.html("<style>.bare { letter-spacing: 7px; }</style>")  # noqa: TID251  what show_stylesheets keeps us from
show_html(html('<p class="bare">Bare</p><p class="beside">Beside</p>'))

# ── One of each element ──
with st.container(key="place_top"):
    show_html(html('<h1 class="hw">Title</h1>'))
left, middle, right = st.columns(3)
with left.container(key="sections_column"):
    with st.container(key="section-list"):
        show_html(html('<h2 class="hw-group">Group</h2>'))
        st.button("Section")
    with st.container(key="finish_left"):
        st.button("Finish")
with middle.container(key="rows_column"):
    st.segmented_control("Answer", ["One", "Two"], default="One", required=True)
    st.pills("Several", ["A", "B"], selection_mode="multi", default=["A"])
    with st.expander("Detail"):
        st.text_area("Note")
with right.container(key="light_column"), st.container(key="evidence_side"):
    show_html(html('<div class="hw-lightbox"><p class="quiet">Light</p></div>'))
with st.container(key="said-here"):
    show_html(html('<p class="hw hw-said" data-place="here"></p>'))
with st.container(key="answer", horizontal=True):
    show_html(html('<p class="hw-why">Why</p>'))
    show_html(html('<p class="hw-answer">Answer</p>'))
with st.container(key="agree-buttons"):
    st.button("Agree")
with st.container(key="notices"):
    st.button("Notice")
with st.container(key="menus", horizontal=True):
    st.button("Reveal", key="reveal", icon=":material/visibility:", type="primary")
    with st.popover("Menu"):
        dialog = st.button("Ask")
with st.columns(2)[0].container(key="gathering_side"):
    st.header("A heading with a link")
with st.columns(2)[0].container(key="costs-inputs"):
    st.multiselect("Many", ["A", "B"], default=["A"])
    st.download_button("Download", b"", "x.txt")
with st.container(key="costs-headline"):
    st.radio("One of", ["A", "B"])
    st.checkbox("Yes or no")
    st.tabs(["Tab"])
with st.container(key="chart-timeline"):
    mark = {"mark": "bar", "encoding": {"x": {"field": "a"}, "y": {"field": "b", "type": "quantitative"}}}
    st.vega_lite_chart([{"a": "x", "b": 1}], mark)
with st.container(key="rollout_body"):
    with st.container(key="rollout_main"):
        if "empty" in asked:
            st.empty()
        else:
            with st.container():
                st.date_input("Day")
    with st.container(key="rollout_side"), st.form("form"):
        st.text_input("Typed", key="typed")
        st.form_submit_button("Send")
st.container(key="wall-page").button("On the wall")
with st.container(key="key-actions"):
    st.button("Key")
with st.container(key="row-e1"):
    st.expander("A row").write("More of it")
with st.container(key="case-add-entry"), st.form("case-form"):
    st.text_input("Event")
    st.form_submit_button("Add")
with st.container(key="case_view_place", horizontal=True):
    st.segmented_control("View", ["Overview", "Chronology"], default="Overview", required=True)
st.columns(2)[1].container(key="case_waits").caption("What waits")
st.container(key="case_body").caption("The case")


@st.dialog("Question")
def ask() -> None:
    show_html(html('<div class="hw-keycard">Key</div>'))


if dialog:
    ask()
