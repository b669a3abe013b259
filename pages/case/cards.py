"""What is known of a child, on five short cards that can be filled in in any order; each field is saved as it is left."""

import streamlit as st

from framework.casefile import CHILD, Add, Casefile, Change, Restore, reading, shown
from framework.casefile.model import (
    KEY_STAGES,
    LIVES,
    PARTS,
    PERMANENCE,
    RELATIONS,
    SEXES,
    STANDINGS,
    YES_NO,
    Adult,
    Home,
    Parent,
    Sibling,
    Status,
    Worker,
)
from framework.casefile.shown import CARDS, Card
from framework.dates import uk
from pages.case import edit
from pages.case.edit import columns, field, offered, to_choose, when
from pages.ui import fields
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.links import PAGES
from pages.ui.text import plain

AS_SAID = "As the family says it. For the child and for equality; no rule reads it."
CHILD_LEFT = (
    Field("name", "Called here", "line", help="A first name or initials: what the child is called on these pages."),
    Field("reference", "Reference in your own system", "line"),
    Field("birth", "Date of birth", "day", help="Shown as month and year, except where a rule needs the day."),
    Field("sex", "Sex", "one", offered(SEXES)),
    Field("ethnicity", "Ethnicity", "line", help=AS_SAID),
    Field("faith", "Faith", "line", help=AS_SAID),
    Field("language", "First language", "line"),
    Field("interpreter", "Interpreter needed", "one", offered(YES_NO)),
)
CHILD_RIGHT = (
    Field("lives", "Lives now", "one", offered(LIVES)),
    Field("lives_at", "Where, and with whom", "text"),
    Field("school", "School or nursery", "line"),
    Field("key_stage", "Key stage", "one", offered(KEY_STAGES)),
    Field("communicates_by", "How the child communicates best", "text"),
    Field("disability", "Disability", "text"),
    Field("summary", "Where things stand, in a few sentences", "text", help="The head of a meeting’s evidence."),
)
DATES_LEFT = (
    Field("looked_after_since", "Looked after since", "day", help="Leave empty for a child who is not looked after."),
    Field("next_review", "Next review", "day"),
)
DATES_RIGHT = (
    Field("permanence_plan", "Plan for permanence", "one", offered(PERMANENCE)),
    Field("permanence_words", "The plan in words", "text"),
)
STATUS = (Field("status", "Legal status", "one", offered(STANDINGS)), Field("since", "First day", "day"))
STATUS_MORE = (Field("until", "Last day", "day", help="Empty while it lasts."), Field("note", "Note", "text"))
HOME = (Field("name", "What this home is called here", "line", help="Such as: Mum’s flat."),)
HOME_LEFT = (*HOME, Field("address", "Address", "text"))
HOME_RIGHT = (
    Field("considered", "Is it considered?", "one", offered(YES_NO)),
    Field("why_not", "If not, why not", "text"),
    Field("note", "Note", "text"),
)
ADULT = (Field("name", "Name", "line"), Field("relation", "Relation to the child", "line"))
ADULT_LEFT = (
    *ADULT,
    when("birth", "Date of birth"),
    Field("would_care", "Would care for the child", "yes"),
)
ADULT_RIGHT = (
    when("since", "Lives or stays there since"),
    when("until", "Until"),
    Field("known", "What is known of convictions and cautions", "text", help="Say what was asked, of whom, and when."),
    Field("note", "Note", "text"),
)
PARENT = (Field("name", "Name", "line"), Field("relation", "Relation to the child", "one", offered(RELATIONS)))
PARENT_LEFT = (
    *PARENT,
    when("birth", "Date of birth"),
    Field("responsibility", "Parental responsibility", "one", offered(YES_NO)),
    Field("lives", "Where they live", "text"),
)
PARENT_RIGHT = (
    Field("considered", "Is a return to them considered?", "one", offered(YES_NO)),
    Field("why_not", "If not, why not", "text"),
    Field("view", "Their own view of a return", "text"),
    Field("note", "Note", "text"),
)
SIBLING = (Field("who", "Brother or sister", "line"), Field("lives", "Where they live", "line"))
SIBLING_MORE = (*SIBLING, Field("note", "Note", "text"))
BLOCKED = (Field("why", "Why", "text", help="Such as: a relative, or a former partner."),)
PART_UNTIL = (Field("until", "Last day", "day", help="Empty while it lasts."), Field("why", "Reason", "line"))


def show(state: Casefile) -> None:
    """The card that is open, below a choice of all five."""
    lacking, filled = shown.missing(state, edit.door().today), shown.filled(state, edit.door().today)
    here: Card = st.session_state.setdefault(_open(state.id), "child")
    key = fields.choice(f"{_open(state.id)}|choice", here)
    st.segmented_control(
        "Card",
        list(CARDS),
        format_func=lambda card: f"{_sign(filled[card], lacking[card])} {CARDS[card]}",
        default=here,
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=_choose,
        args=(state.id, key, here),
    )
    lacks = (
        html('<p class="quiet"><strong>Still to be filled in:</strong> {what}.</p>', what=", ".join(lacking[here]))
        if lacking[here]
        else html('<p class="quiet">✓ Nothing on this card is missing.</p>')
    )
    show_html(
        html(
            '<div class="hw"><h2>{title}</h2>{lacks}</div>',
            title=CARDS[here],
            lacks=lacks,
        )
    )
    with st.container():
        if here in ("child", "status"):
            for sentence in reading.look_again(state, edit.door().today):
                st.warning(plain(f"Please look again: {sentence}"), icon=":material/help:")
    with st.container(key=f"card-{here}"):
        DRAWN[here](state)
    order = list(CARDS)
    if here != order[-1]:
        following = order[order.index(here) + 1]
        st.button(
            f"Next card: {CARDS[following]}",
            key=f"next-{here}",
            icon=":material/arrow_forward:",
            on_click=_go,
            args=(state.id, following),
        )
    with st.expander(
        "What was changed on this card, and the way back", key=f"changed-{here}", on_change="rerun"
    ) as box:
        if box.open:
            _changed(state, here)


CHANGES = 20
"""Changes of a card that are drawn, the newest first (source: product; the record has them all)."""


def _changed(state: Casefile, card: Card) -> None:
    made = shown.made(state, card)[:CHANGES]
    known = edit.names({one.by for one in made})
    if not made:
        st.caption("Nothing yet.")
    for number, one in enumerate(made):
        with st.container(horizontal=True, vertical_alignment="center", key=f"changed-{card}-{number}"):
            show_html(
                html(
                    '<div class="hw"><p>{what}<br><span class="quiet">{by}, {at}</span></p></div>',
                    what=one.what,
                    by=known[one.by],
                    at=fields.moment(one.at),
                )
            )
            if one.back is not None and not state.closed:
                key = f"undo|{state.id}|{len(state.items.edits)}|{one.at.isoformat()}"
                st.button("Undo", key=key, help=plain(one.what), on_click=_undo, args=(state.id, one.back))
    fields.message(f"undo|{state.id}")


def _undo(case: str, command: Change | Restore) -> None:
    if edit.send(case, command, f"undo|{case}", done="Undone.") and isinstance(command, Change):
        # A typed field keeps its own text, whatever the record says: here it is to show what was put back.
        fields.show_record(f"note-{case}|{command.kind}|{command.id}|{command.field}")


def _open(case: str) -> str:
    return f"case-card|{case}"


def _sign(filled: bool, lacking: tuple[str, ...]) -> str:
    """✓ nothing missing, ◐ something, ○ all of it."""
    return "✓" if not lacking else "◐" if filled else "○"


def open_card(case: str, card: Card) -> None:
    """From a callback: the card that is shown next."""
    st.session_state[_open(case)] = card


def _go(case: str, card: Card) -> None:
    open_card(case, card)


def _choose(case: str, key: str, showed: Card) -> None:
    if fields.is_user_change(f"{_open(case)}|choice", key, showed):
        open_card(case, st.session_state[key])


# ── The child, and dates ─────────────────────────────────────────────────────────────────────────────────────────────


def _child(state: Casefile) -> None:
    child = state.of("child")[CHILD]
    columns(state, child, CHILD_LEFT, CHILD_RIGHT)


def _status(state: Casefile) -> None:
    columns(state, state.of("child")[CHILD], DATES_LEFT, DATES_RIGHT)
    st.subheader("Legal status, and what it was before", anchor=False)
    with st.container():
        for one in sorted(edit.still_open(state, "status"), key=lambda one: (one.since, one.id)):
            _one_status(state, one)
    start = {"since": edit.door().today}
    with st.container(border=True, key="case-add-status"):
        edit.add_form(state, "status", (to_choose(STATUS[0]), STATUS[1]), "Add this legal status", start=start)


def _one_status(state: Casefile, one: Status) -> None:
    label = f"{STANDINGS[one.status]}, {uk(one.since)} to {uk(one.until) or 'now'}"
    with st.expander(plain(label), key=f"status-{one.id}", on_change="rerun") as box:
        if box.open:
            edit.removed(state, one)
            columns(state, one, STATUS, STATUS_MORE)
            edit.remove_button(state, "status", one.id, "Entered by mistake: remove")


# ── Homes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _homes(state: Casefile) -> None:
    with st.container():
        for home in edit.still_open(state, "home"):
            with st.container(border=True, key=f"home-{home.id}"):
                _home(state, home)
    with st.container(border=True, key="case-add-home"):
        edit.add_form(state, "home", HOME, "Add this home")


def _home(state: Casefile, home: Home) -> None:
    considered = {"yes": "considered", "no": "not considered"}.get(home.considered, "not known if considered")
    show_html(html('<div class="hw"><h3>{name} ({considered})</h3></div>', name=home.name, considered=considered))
    with st.expander("About this home", key=f"about-{home.id}", on_change="rerun") as box:
        if box.open:
            edit.removed(state, home)
            columns(state, home, HOME_LEFT, HOME_RIGHT)
            edit.remove_button(state, "home", home.id, "Entered by mistake: remove")
    show_html(html('<p class="hw case-label">Everybody of 18 and over who lives here, or stays often</p>'))
    with st.container():
        for adult in edit.still_open(state, "adult"):
            if adult.home == home.id:
                _adult(state, adult)
    fixed = {"home": home.id}
    with st.container(key=f"case-add-adult-{home.id}"):
        edit.add_form(state, "adult", ADULT, "Add this adult", fixed=fixed, name=home.id)


def _adult(state: Casefile, adult: Adult) -> None:
    said = [adult.name, adult.relation, "would care for the child" if adult.would_care else ""]
    with st.expander(plain(", ".join(filter(None, said))), key=f"adult-{adult.id}", on_change="rerun") as box:
        if box.open:
            edit.removed(state, adult)
            columns(state, adult, ADULT_LEFT, ADULT_RIGHT)
            edit.remove_button(state, "adult", adult.id, "Entered by mistake: remove")


# ── Family ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _family(state: Casefile) -> None:
    st.subheader("Parents, also the one who is not considered", anchor=False)
    with st.container():
        for parent in edit.still_open(state, "parent"):
            _parent(state, parent)
    with st.container(border=True, key="case-add-parent"):
        edit.add_form(state, "parent", (PARENT[0], to_choose(PARENT[1])), "Add this parent")
    st.subheader("Brothers and sisters", anchor=False)
    with st.container():
        for sibling in edit.still_open(state, "sibling"):
            _sibling(state, sibling)
        for one in edit.door().siblings(state.id, me()):
            label = plain(f"Open the case of {one.called}")
            st.page_link(PAGES["case"], label=label, icon=":material/arrow_forward:", query_params={"case": one.id})
    with st.container(border=True, key="case-add-sibling"):
        edit.add_form(state, "sibling", SIBLING, "Add this brother or sister")
        _link(state)


def _parent(state: Casefile, parent: Parent) -> None:
    said = [parent.name, RELATIONS[parent.relation].lower()]
    said += {"yes": ["return considered"], "no": ["return not considered"]}.get(parent.considered, [])
    with st.expander(plain(", ".join(said)), key=f"parent-{parent.id}", on_change="rerun") as box:
        if box.open:
            edit.removed(state, parent)
            columns(state, parent, PARENT_LEFT, PARENT_RIGHT)
            edit.remove_button(state, "parent", parent.id, "Entered by mistake: remove")


def _sibling(state: Casefile, sibling: Sibling) -> None:
    label = ", ".join(filter(None, (sibling.who or "A linked case", sibling.lives, "linked" if sibling.case else "")))
    with st.expander(plain(label), key=f"sibling-{sibling.id}", on_change="rerun") as box:
        if box.open:
            edit.removed(state, sibling)
            for spec in SIBLING_MORE:
                field(state, sibling, spec)
            edit.remove_button(state, "sibling", sibling.id, "Entered by mistake: remove")


def _link(state: Casefile) -> None:
    """Link the case of a brother or sister: one that I have a part in, too."""
    linked = {one.case for one in state.siblings.values()} | {state.id}
    mine = {one.id: f"{one.called}, {one.reference}" for one in edit.door().listing(me()) if one.id not in linked}
    if not mine or edit.fields_of(state, "sibling").closed:
        return
    chosen = st.selectbox(
        "Or link the case of a brother or sister",
        list(mine),
        index=None,
        format_func=mine.__getitem__,
        placeholder="Choose one of your cases",
        help="Only somebody who works on both cases sees the link.",
        key=f"link-{state.id}-{len(linked)}",
    )
    if chosen:
        place = f"link|{state.id}"
        values = {"case": chosen, "who": mine[chosen].rpartition(", ")[0]}
        st.button("Link this case", key="link", on_click=_add_link, args=(state.id, values, place))
        fields.message(place)


def _add_link(case: str, values: dict[str, str], place: str) -> None:
    edit.send(case, Add("sibling", values), place, done="Linked.")


# ── The team ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _team(state: Casefile) -> None:
    people, today = edit.colleagues(), edit.door().today
    known = edit.names({one.person for one in state.workers.values()} | {one.person for one in state.blocks.values()})
    with st.container():
        for worker in sorted(
            edit.still_open(state, "worker"), key=lambda one: (list(PARTS).index(one.part), one.since)
        ):
            _worker(state, worker, known.get(worker.person, edit.SOMEBODY))
    person = Field("person", "Person", "one", offered(people), empty="Choose a person")
    part = to_choose(Field("part", "Part in this case", "one", offered(PARTS)))
    with st.container(border=True, key="case-add-worker"):
        specs = (person, part, Field("since", "First day", "day"))
        edit.add_form(state, "worker", specs, "Add to the team", start={"since": today})
    st.subheader("Who is kept out", anchor=False)
    st.caption("A relative, or a former partner: whatever their role, they do not learn that this case exists.")
    with st.container():
        for block in edit.still_open(state, "block"):
            name = known.get(block.person, edit.SOMEBODY)
            with st.expander(plain(name), key=f"block-{block.id}", on_change="rerun") as box:
                if box.open:
                    edit.removed(state, block)
                    field(state, block, BLOCKED[0])
                    edit.remove_button(state, "block", block.id, "Let them in again")
    with st.expander("Keep somebody out", icon=":material/block:", key="case-add-block"):
        edit.add_form(state, "block", (person, *BLOCKED), "Keep this person out")


def _worker(state: Casefile, worker: Worker, name: str) -> None:
    until = f" to {uk(worker.until)}" if worker.until else ""
    label = f"{PARTS[worker.part]}: {name}, from {uk(worker.since)}{until}"
    with st.expander(plain(label), key=f"worker-{worker.id}", on_change="rerun") as box:
        if box.open:
            edit.removed(state, worker)
            columns(state, worker, (Field("since", "First day", "day"),), PART_UNTIL)
            edit.remove_button(state, "worker", worker.id, "Entered by mistake: remove")


DRAWN = {"child": _child, "status": _status, "homes": _homes, "family": _family, "team": _team}
