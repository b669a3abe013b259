"""The records of a meeting and its decision: as they stand or stood, the first page as a picture, and each format to take away."""

import base64
import hashlib
from datetime import date, datetime, time

import streamlit as st

from framework.dates import uk_time
from framework.decision import records
from framework.decision.record import word
from framework.decision.record.model import Record
from framework.decision.records import SORTS, Format, Moment, Sort, Which
from framework.documents import DocumentFailed
from framework.items import FIRST_DAY
from framework.streams.kind import Actor, Refused
from pages.ui import download, identity, uploads
from pages.ui.app import workspace
from pages.ui.charts import table_html
from pages.ui.download import Download
from pages.ui.html import html, show_html
from pages.ui.text import plain

NOW, ANOTHER = "As it stands now", "Another day and time"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: dict[Format, tuple[str, str]] = {
    "pdf": ("PDF", "application/pdf"),
    "docx": ("Word", WORD),
    "json": ("JSON", "application/json"),
}
CHECKED = "records-template"
"""Session key: the template that was checked last, and why it was refused."""


@st.fragment
def show(which: Which, member: str | None = None) -> None:
    """For whoever works on the case, or sits at the meeting as `member`; a sentence for anybody else."""
    stem = f"records|{which.meeting}|{which.decision}"
    st.header("Records", anchor=False)
    me = identity.me()
    try:
        moment = _moment(workspace().records.moments(which, me, member), stem)
        made = workspace().records.of(which, me, member, moment)
        pictures = {sort: records.first_page(made, sort) for sort in SORTS}
    except (Refused, DocumentFailed) as error:
        st.info(plain(str(error)), icon=":material/info:")
        return
    for sort in SORTS:
        with st.container(border=True, key=f"record-{sort}"):
            st.subheader(plain(SORTS[sort]), anchor=False)
            _picture(pictures[sort], records.in_words(made, sort))
            download.show(tuple(_offer(which, me, member, moment, sort, form) for form in FORMATS))
    _own_template(which, member, moment, made, stem)


# ── As it stood ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _moment(moments: list[Moment], stem: str) -> datetime | None:
    """The past moment that was chosen; None for now."""
    named = {f"{uk_time(one.at)}: {one.what}": one.at for one in reversed(moments)}
    choice = st.selectbox(
        "As it stood",
        [NOW, *reversed(named), ANOTHER],
        key=f"{stem}|moment",
        format_func=plain,
        help="A record of a past moment holds nothing that was written later.",
    )
    if choice == ANOTHER:
        return _another(stem)
    return named.get(choice)


def _another(stem: str) -> datetime:
    on, at = st.columns(2)
    with on:
        day = st.date_input("Day", "today", format="DD/MM/YYYY", min_value=FIRST_DAY, key=f"{stem}|day")
    with at:
        clock = st.time_input("Time in England", time(23, 59), key=f"{stem}|time", step=60)
    return records.moment(day if isinstance(day, date) else None, clock or time(23, 59))


# ── What is taken away ───────────────────────────────────────────────────────────────────────────────────────────────


def _picture(png: bytes, words: str) -> None:
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    show_html(
        html(
            '<div class="hw"><img class="record-page" width="360" src="{source}" alt="{words}"></div>',
            source=source,
            words=words,
        )
    )


def _offer(
    which: Which,
    me: Actor,
    member: str | None,
    moment: datetime | None,
    sort: Sort,
    form: Format,
    own: bytes | None = None,
) -> Download:
    """A file that is made when its button is pressed, from what may be read then."""
    label, mime = FORMATS[form]
    called = "your template" if own else label
    name = f"{sort}-record-{(which.meeting or which.decision)[:8]}{f'-{moment:%Y-%m-%d-%H%M}' if moment else ''}.{form}"
    door = workspace().records
    key = (
        f"records|{which.meeting}|{which.decision}|{moment}|{sort}|{form}|{hashlib.sha256(own or b'').hexdigest()[:8]}"
    )
    return Download(
        f"{SORTS[sort]}: {called}",
        lambda: records.as_file(door.of(which, me, member, moment), sort, form, own),
        name,
        mime,
        key,
        ":material/download:",
    )


def _own_template(which: Which, member: str | None, moment: datetime | None, made: Record, stem: str) -> None:
    with st.expander("By your own Word template", key=f"{stem}|own"):
        st.markdown(
            "Bring a Word file with marks such as `{{ decision.rationale }}`. It is checked first, used for the files below and not kept. "
            "A field that a record does not have is named."
        )
        given = uploads.uploader("Word template (.docx)", key=f"{stem}|template", type=["docx"])
        if given is not None:
            content = given.getvalue()
            if why := _why_refused(content, made):
                st.error(plain(why), icon=":material/block:")
            else:
                me = identity.me()
                download.show(tuple(_offer(which, me, member, moment, sort, "docx", content) for sort in SORTS))
        show_html(table_html(word.fields(), "What a template can ask for"))


def _why_refused(content: bytes, made: Record) -> str:
    """Why this template cannot be used, in a sentence; "" if it can. A template is checked once for a record."""
    of = f"{hashlib.sha256(content).hexdigest()}|{made.proof.record_hash}|{made.stood_at}"
    if st.session_state.get(CHECKED, ("", ""))[0] != of:
        try:
            records.as_file(made, "decision", "docx", content)
            st.session_state[CHECKED] = (of, "")
        except DocumentFailed as error:
            st.session_state[CHECKED] = (of, str(error))
    return str(st.session_state[CHECKED][1])
