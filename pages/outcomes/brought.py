"""The files of this session: brought, read, and forgotten again. They stay in memory and in this session alone."""

import os
from dataclasses import dataclass

import streamlit as st

from framework.addresses import Addresses
from framework.outcomes import brought as reading
from framework.outcomes import cells, files, sample
from framework.outcomes.answers import Answers
from framework.outcomes.episodes import Reading
from pages.ui import uploads
from pages.ui.text import plain

KEPT, ROUND, YEARS = "outcomes-kept", "outcomes-round", "outcomes-years"
"""Session keys: what was read; how many times files were forgotten (a new uploader each time); the years somebody set."""
LEFT_OUT, SAMPLE = "outcomes-left-out", "outcomes-sample"
LARGE = uploads.Room(file=25, together=150)
"""A year of a large authority as XML has some 15 MB, as CSV 3. Whoever has more reads it on the command line."""
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(slots=True)
class Kept:
    """What was read of the files that `mark` stands for."""

    mark: tuple[object, ...]
    names: tuple[str, ...]
    sample: bool
    reading: Reading | None = None
    found: Answers | None = None
    problem: str = ""


def this_machine_only() -> bool:
    """Whether nobody but this machine can reach the app: without sign-in, real files are read only then."""
    # A process behind a proxy listens on this machine alone, too, and others reach it all the same.
    return st.get_option("server.address") in LOCAL and Addresses.given(os.environ).this_machine_only


def choose() -> Kept | None:
    """The files that somebody chose, read; None while there are none."""
    if this_machine_only():
        brought = uploads.uploader(
            "SSDA903 returns of one authority, several years at once (CSV, zip, XML or XLSX)",
            accept_multiple_files=True,
            key=f"outcomes-files-{st.session_state.get(ROUND, 0)}",
            room=LARGE,
            help="Also a CSV with the columns CHILD and FROM: for whose return the framework was used, and from when.",
        )
    else:
        brought = []
        st.info(
            "This app can be reached from other machines and has no sign-in, so real returns are not taken here. Start it on your own machine for "
            "that (`make run`), or look at the made-up sample."
        )
    with st.container(horizontal=True):
        if not brought and not st.session_state.get(SAMPLE):
            st.button("Look at the made-up sample", on_click=_use_sample, key="outcomes-use-sample")
        if brought or st.session_state.get(SAMPLE):
            st.button("Forget these files", on_click=forget, key="outcomes-forget", icon=":material/delete:")
    if brought:
        st.session_state[SAMPLE] = False
        mark = tuple(file.file_id for file in brought)
        return _read(mark, tuple(files.Source(file.name, file.getvalue()) for file in brought), made_up=False)
    if st.session_state.get(SAMPLE):
        return _read(("sample",), sample.sources(), made_up=True)
    st.session_state.pop(KEPT, None)
    return None


def _use_sample() -> None:
    forget()
    st.session_state[SAMPLE] = True


def forget() -> None:
    """Let go of the files and of everything that was read from them."""
    for key in (KEPT, YEARS, LEFT_OUT, SAMPLE):
        st.session_state.pop(key, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _read(mark: tuple[object, ...], sources: tuple[files.Source, ...], *, made_up: bool) -> Kept:
    years: dict[str, int] = st.session_state.get(YEARS, {})
    left_out = tuple(st.session_state.get(LEFT_OUT, ()))
    whole = (mark, tuple(sorted(years.items())), left_out)
    kept: Kept | None = st.session_state.get(KEPT)
    if kept is not None and kept.mark == whole:
        return kept
    with st.spinner("Reading the returns"):
        # The sample is our own; what somebody brings may be made to cost more than it is worth.
        found = (reading.read if made_up else reading.read_apart)(sources, years, left_out)
    names = found.names or tuple(source.name for source in sources)
    kept = st.session_state[KEPT] = Kept(whole, names, made_up, found.reading, found.found, found.problem)
    return kept


def page_left() -> None:
    """Another page is shown: its uploader has gone, and what was read of the files goes, too."""
    st.session_state.pop(KEPT, None)


def settle(kept: Kept) -> None:
    """Years and files that somebody may put right."""
    if len(kept.names) > 1:
        st.multiselect("Leave files out", kept.names, key=LEFT_OUT, format_func=plain)
    if kept.reading is None:
        return
    this = kept.reading.years[-1]
    choices = list(range(this - 15, this + 2))
    for table in kept.reading.files:
        if (
            table.table == "Episodes"
            and table.used
            and table.year_from in ("date", "name", "given")
            and table.year in [cells.label_of(year) for year in choices]
        ):
            key = f"outcomes-year-{table.file}"
            if key not in st.session_state:
                st.session_state[key] = next(year for year in choices if cells.label_of(year) == table.year)
            st.selectbox(
                plain(f"Year of {table.file}"),
                choices,
                key=key,
                format_func=cells.label_of,
                on_change=_set_year,
                args=(table.file, key),
            )


def _set_year(file: str, key: str) -> None:
    st.session_state[YEARS] = {**st.session_state.get(YEARS, {}), file: st.session_state[key]}
