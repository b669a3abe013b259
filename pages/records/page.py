"""Records: what is due, what two people decide to dispose of, how one case is kept, and what is handed out of it."""

import secrets
from typing import Any

import streamlit as st

from framework import dates
from framework.casefile import tries
from framework.casefile.reading import month_of_birth
from framework.disposal import keeping
from framework.disposal.deciding import Command, Confirm, TurnDown, Withdraw
from framework.disposal.disposals import Disposals, ListedCase
from framework.disposal.model import OPEN_STANDINGS, STANDINGS, Disposal, Step
from framework.disposal.retention import RetentionError
from framework.items import FIRST_DAY
from framework.people.roles import ROLES
from framework.streams.policy import See, allows
from framework.tables import Table
from framework.text import TEXT_LIMIT
from pages.records import handout
from pages.ui import fields, identity
from pages.ui.app import workspace
from pages.ui.charts import table_html
from pages.ui.html import html, show_html
from pages.ui.text import plain

CASE = "records|case"
"""Session key: the reference that was looked for last."""
ASKED = 100
"""Of those who asked to break the glass, so many are drawn, the last ones (source: product; the record has them all)."""


def _door() -> Disposals:
    return workspace().disposals


def page() -> None:
    st.title("Records", anchor=False)
    st.markdown("How long cases are kept, what is due, and what two people decide to dispose of.")
    try:
        _page()
    except RetentionError as error:
        st.error(plain(str(error)), icon=":material/block:")


def _page() -> None:
    disposals = _door().listing(identity.me())
    _to_decide([one for one in disposals if one.standing in OPEN_STANDINGS])
    _due()
    if _door().may_propose(identity.me()):
        _one_case()
    _decided([one for one in disposals if one.standing not in OPEN_STANDINGS])
    if allows(tries.POLICY, See, identity.me().roles):
        _broken_glass()


def _broken_glass() -> None:
    st.header("Who asked to break the glass", anchor=False)
    st.caption(
        "Everybody who asked to open a case that is not in their list. The reference does not stand here, nor whether there is such "
        "a case. Where one was opened, its team was told, and its own record has it."
    )
    asked = workspace().casefiles.tries(identity.me()).tries
    if not asked:
        st.caption("Nobody has.")
        return
    names = workspace().people.names({one.person for one in asked})
    rows = tuple(
        (
            dates.uk_time(one.at),
            names.get(one.person, "Somebody"),
            ", ".join(ROLES[role].label for role in one.roles if role in ROLES),
            one.reason,
        )
        for one in reversed(asked[-ASKED:])
    )
    show_html(table_html(Table(("When", "Who", "Roles", "Reason"), rows), "Who asked to break the glass", "text"))


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _to_decide(open_: list[Disposal]) -> None:
    st.header("To decide", anchor=False)
    if not open_:
        st.caption("Nothing waits for a decision.")
    for one in open_:
        with st.container(border=True, key=f"disposal-{one.id}"):
            _disposal(one)
            if one.standing == "confirmed":
                show_html(
                    html(
                        '<p class="hw">Whoever looks after the machine erases it with <code>{dry}</code>, and then without the last word. '
                        "It cannot be undone.</p>",
                        dry=f"python -m framework erase --disposal {one.id} --dry-run",
                    )
                )
            _answer(one)


def _disposal(one: Disposal) -> None:
    names = workspace().people.names([step.by for step in (one.proposed, one.decided, one.withdrawn) if step])
    ground, class_ = _door().rules.grounds.get(one.ground), _door().rules.classes.get(one.class_id)
    said = [
        ("Stands", STANDINGS[one.standing]),
        ("Case", _door().reference(one, identity.me()) or f"{one.case[:8]}…"),
        ("Ground", ground.label if ground else one.ground),
        ("Class", class_.label if class_ else one.class_id),
        ("How long it is kept", one.why),
        ("Proposed", _step(one.proposed, names)),
        ("Decided", _step(one.decided, names)),
        ("Withdrawn", _step(one.withdrawn, names)),
    ]
    if one.standing == "carried_out" and one.carried_out_at:
        said.append(("Erased", f"{dates.uk_time(one.carried_out_at)}: {one.events} entries"))
        said.append(("Backups that were named", "; ".join(one.backups) or "None"))
    _pairs(said)


def _step(step: Step | None, names: dict[str, str]) -> str:
    return f"{names.get(step.by, 'Somebody')}, {dates.uk_time(step.at)}: {step.reason}" if step else ""


def _pairs(said: list[tuple[str, str]]) -> None:
    lines = [html("<li><strong>{label}:</strong> {text}</li>", label=label, text=text) for label, text in said if text]
    show_html(html('<ul class="hw">{lines}</ul>', lines=lines))


def _answer(one: Disposal) -> None:
    me, key = identity.me(), f"decide|{one.id}|{one.standing}"
    own = one.proposed is not None and one.proposed.by == me.id
    with st.form(key, border=False, enter_to_submit=False):
        st.text_area(
            "Reason", key=f"{key}|reason", max_chars=TEXT_LIMIT, height=80,
            help="It stays when the case is gone: name nobody of the family, and no reference.",
        )  # fmt: skip
        with st.container(horizontal=True):
            if own:
                _submit("Withdraw this disposal", one, key, Withdraw)
            else:
                if one.standing == "proposed":
                    _submit("Confirm: it may be erased", one, key, Confirm)
                confirmed = one.standing == "confirmed"
                _submit("Stop it: nothing is erased" if confirmed else "Turn it down", one, key, TurnDown)
    fields.message(key)


def _submit(label: str, one: Disposal, key: str, command: Any) -> None:
    st.form_submit_button(label, key=f"{key}|{command.__name__}", on_click=_decide, args=(one.id, key, command))


def _decide(disposal: str, key: str, command: Any) -> None:
    def run(given: Command) -> object:
        return _door().decide(disposal, identity.me(), given)

    fields.send(run, command(st.session_state.get(f"{key}|reason") or ""), key, done="Recorded.")


def _decided(done: list[Disposal]) -> None:
    st.header("Decided before", anchor=False)
    if not done:
        st.caption("No disposal was carried out, turned down or withdrawn yet.")
    for one in done[:50]:
        when = one.carried_out_at or (one.withdrawn or one.decided or one.proposed).at  # type: ignore[union-attr]
        with st.expander(f"{STANDINGS[one.standing]}, {dates.uk_time(when)}", key=f"done-{one.id}"):
            _disposal(one)


# ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _due() -> None:
    st.header("Due", anchor=False)
    due, unclear = _door().due(identity.me()), _door().unclear(identity.me())
    if not due:
        st.caption("No closed case has reached the end of its time. Nothing is ever disposed of because it is due.")
    _cases(due, "due")
    if unclear:
        with st.expander(f"Of {len(unclear)} closed cases no day can be worked out", key="unclear"):
            _cases(unclear, "unclear")


def _cases(found: list[ListedCase], where: str) -> None:
    for one in found[:100]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{where}-{one.id}"):
            st.button(plain(one.reference), key=f"{where}|open|{one.id}", on_click=_look_for, args=(one.reference,))
            st.markdown(plain(f"{one.kept.class_.label}. {one.kept.why}{' Legal hold.' if one.hold else ''}"))


def _look_for(reference: str) -> None:
    st.session_state[CASE] = reference


# ── One case ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _one_case() -> None:
    st.header("One case", anchor=False)
    with st.form("records-find", border=False):
        st.text_input("Reference", key="records|reference", help="Exactly as in the council’s own system.")
        st.form_submit_button("Find it", on_click=_find)
    if reference := st.session_state.get(CASE):
        found = _door().by_reference(identity.me(), reference)
        if not found:
            st.info("There is no case of exactly this reference, or it is not yours to see.", icon=":material/info:")
        for one in found:
            _case(one)


def _find() -> None:
    _look_for(st.session_state.get("records|reference") or "")


def _case(one: ListedCase) -> None:
    st.subheader(plain(one.reference), anchor=False)
    rules, known = _door().rules, _door().known(one.id, identity.me())
    class_ = one.kept.class_
    note = f" {class_.note}" if class_.note else ""
    _pairs(
        [
            ("Invented", "Yes: made up for training. Nobody in it is real." if one.invented else ""),
            ("Born", month_of_birth(one.birth) if one.birth else "Not recorded"),
            ("Closed", dates.uk(one.closed_on) or "No: it is open"),
            (
                "Class",
                f"{class_.label} ({rules.citation(class_.source)}; {class_.provenance.replace('_', ' ')}).{note}",
            ),
            ("How long it is kept", one.kept.why),
            ("Died", dates.uk(known.died_on)),
            ("Legal hold", known.hold.reason if known.hold else "None"),
        ]
    )
    with st.expander("Legal hold, class, death", key=f"keep-{one.id}"):
        _keep(one, known)
    with st.expander("Propose that it is disposed of", key=f"propose-{one.id}"):
        if one.disposal:
            st.info("A disposal of it is proposed already: see above.", icon=":material/info:")
        else:
            _propose(one)
    with st.expander("Hand out what is held", key=f"handout-{one.id}", on_change="rerun") as box:
        if box.open:
            handout.show(one.id)


def _keep(one: ListedCase, known: keeping.Keeping) -> None:
    key = f"keep|{one.id}|{known.version}"
    chosen = [found for found in _door().rules.class_ if found.chosen]
    names = {"": "As follows from what is known", **{found.id: found.label for found in chosen}}
    with st.form(key, border=False, enter_to_submit=False):
        ids = list(names)
        at = ids.index(known.class_id) if known.class_id in ids else 0
        st.selectbox("Class", ids, at, format_func=lambda found: plain(names[found]), key=f"{key}|class")
        st.date_input(
            "Day of death", known.died_on, min_value=FIRST_DAY, max_value=_door().today, format="DD/MM/YYYY", key=f"{key}|died",
        )  # fmt: skip
        st.checkbox("Legal hold: nothing of it may be erased", known.hold is not None, key=f"{key}|hold")
        st.text_area("Reason", key=f"{key}|reason", max_chars=TEXT_LIMIT, height=80)
        st.form_submit_button("Save how it is kept", on_click=_save_keeping, args=(one.id, key, known))
    fields.message(key)


def _save_keeping(case: str, key: str, known: keeping.Keeping) -> None:
    given, reason = st.session_state, st.session_state.get(f"{key}|reason") or ""
    commands: list[keeping.Command] = []
    if given.get(f"{key}|class") != known.class_id:
        commands.append(keeping.ChooseClass(case, given.get(f"{key}|class") or "", reason))
    if given.get(f"{key}|died") != known.died_on:
        commands.append(keeping.NoteDeath(case, given.get(f"{key}|died"), reason))
    if given.get(f"{key}|hold") != (known.hold is not None):
        hold = given.get(f"{key}|hold")
        commands.append(keeping.PlaceHold(case, reason) if hold else keeping.LiftHold(case, reason))
    for command in commands:
        if not fields.send(lambda one: _door().keep(identity.me(), one), command, key, done="Saved."):
            return


def _propose(one: ListedCase) -> None:
    key, grounds = f"propose|{one.id}", _door().rules.grounds
    st.session_state.setdefault(f"{key}|id", secrets.token_hex(8))
    with st.form(key, border=False, enter_to_submit=False):
        st.selectbox(
            "Why", list(grounds), index=None, placeholder="Choose why", key=f"{key}|ground",
            format_func=lambda found: plain(f"{grounds[found].label}: {grounds[found].about}"),
        )  # fmt: skip
        st.text_area(
            "Reason", key=f"{key}|reason", max_chars=TEXT_LIMIT, height=80,
            help="It stays when the case is gone: name nobody of the family, and no reference.",
        )  # fmt: skip
        st.form_submit_button("Propose it: a second person decides", on_click=_send_proposal, args=(one.id, key))
    fields.message(key)


def _send_proposal(case: str, key: str) -> None:
    ground, reason = st.session_state.get(f"{key}|ground") or "", st.session_state.get(f"{key}|reason") or ""
    disposal = st.session_state[f"{key}|id"]

    def run(_: object) -> object:
        return _door().propose(identity.me(), case, ground, reason, disposal)

    if fields.send(run, None, key, done="Proposed. A second person decides."):
        st.session_state.pop(f"{key}|id", None)
