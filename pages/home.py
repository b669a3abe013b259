"""Home: what this is, sample cases, open meetings, and what to do first."""

from html import escape

import streamlit as st

from framework import explain
from pages.components import evidence, light, meetings
from pages.components.app import workspace
from pages.components.links import PAGES


def page() -> None:
    work = workspace()
    st.title("Can this child safely go home?")
    st.html(
        '<p class="hw" style="max-width:46rem">Homeward helps a panel decide that with care and with evidence. Each member '
        "scores risk and protective factors on their own; then the panel compares, agrees, and sees what the "
        "published traffic light indicates and what holds it there. It supports your judgement and never replaces "
        "it: nothing here adds up points, predicts, or decides.</p>"
    )
    _first_steps()
    st.header("Try a sample case")
    st.html(
        f'<p class="hw">{evidence.fictional()} &nbsp;Every case and everybody in it is made up. Open one, read the '
        "evidence, start a meeting and score it.</p>"
    )
    edition = work.edition
    columns = st.columns(3)
    for index, case in enumerate(work.cases()):
        with columns[index % 3].container(border=True, key=f"case-{case.id}"):
            level = None if case.level == "grey" else case.level
            word = edition.levels[level].label if level else "Not yet"
            st.html(light.level_mark(edition, level, word))
            st.subheader(f"{case.id}  {case.title}")
            st.html(f'<p class="hw quiet">{escape(case.shows)}</p>')
            if st.button("Open this case", key=f"open-{case.id}"):
                st.session_state["case"] = case.id
                st.switch_page(PAGES["panel"], query_params={"case": case.id})
    st.header("Open meetings")
    meetings.mine()
    with st.expander("Reset the sample data"):
        st.write("Loads the sample cases again and puts the meetings held on them aside. The record keeps them.")
        if st.button("Reset the sample data"):
            aside = work.reset_samples()
            st.toast(
                f"The sample data is as new; {explain.number_of(aside, 'meeting was', 'meetings were')} put aside."
            )
            st.rerun()


def _first_steps() -> None:
    join, start = st.columns(2)
    with join.container(border=True, key="join-box"):
        st.header("Join a meeting")
        with st.form("join-form", border=False):
            code = st.text_input("Code from the chair", placeholder="six letters and digits", max_chars=20)
            if st.form_submit_button("Join", type="primary") and code.strip():
                st.switch_page(PAGES["panel"], query_params={"code": code})
    with start.container(border=True, key="start-box"):
        st.header("Start a meeting")
        cases = workspace().cases()
        chosen = st.selectbox(
            "Case", cases, format_func=lambda case: f"{case.id}  {case.title}", key="start-case", index=0
        )
        if st.button("Read the case and start", key="start-meeting"):
            st.switch_page(PAGES["panel"], query_params={"case": chosen.id})
