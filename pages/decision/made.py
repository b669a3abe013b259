"""A decision that was made, to be read."""

from collections.abc import Iterable

import streamlit as st
from markupsafe import Markup

from framework.dates import uk
from framework.decision import shown
from framework.decision.model import AREAS, ENDED_BY, WHOSE, YES_NO
from framework.decision.reading import footing, status_then
from pages.decision import edit, options, reasons
from pages.decision.edit import Here
from pages.panel import light
from pages.ui.html import NOTHING, html, show_html
from pages.ui.identity import me

GAP = html('<span class="quiet">Not filled in</span>')


def show(one: Here) -> None:
    st.header("What was decided", anchor=False)
    show_html(
        html(
            '<div class="hw decision-read">{level}{facts}{words}</div>',
            level=_level(one),
            facts=_facts(one),
            words=_words(one),
        )
    )
    if found := one.of("option"):
        st.subheader("The realistic options, compared as a whole", anchor=False)
        show_html(options.table(found))
    st.subheader("Views", anchor=False)
    show_html(html('<div class="hw decision-read">{views}</div>', views=_views(one)))
    if one.of("dispute") or not edit.fields_of(one, "dispute").closed:
        reasons.disputes(one)
    st.subheader("Support and conditions", anchor=False)
    show_html(html('<div class="hw decision-read">{lists}</div>', lists=_lists(one)))
    if one.draft.unplanned:
        st.subheader("The child’s safety at the time", anchor=False)
        show_html(html('<div class="hw decision-read">{facts}</div>', facts=_table(_safety(one))))


def _level(one: Here) -> Markup:
    recorded = one.made.classified if one.made else None
    if recorded is None:
        return html("<p>No level was classified.</p>")
    departs = (
        html(
            "<p><span class=hw-tag>{words}</span></p><p><strong>Why:</strong> {why}</p><p><strong>What the rule did not see:</strong> {seen}</p>",
            words=shown.departs(one.edition, recorded),
            why=recorded.departs_why,
            seen=recorded.not_seen,
        )
        if recorded.departs
        else ""
    )
    mark = light.level_mark(one.edition, recorded.level, shown.level_name(one.edition, recorded.level))
    return html("{mark}{departs}", mark=mark, departs=departs)


def _facts(one: Here) -> Markup:
    draft, made = one.draft, one.made
    rows = [("Decision", shown.called(draft, made))]
    if made:
        rows.append(("Day of the decision", uk(made.decided.day)))
        if made.decided.route:
            rows.append(("In effect at the earliest", uk(made.decided.effective_on)))
    if draft.legal_outcome:
        rows.append(("In law", footing(draft.legal_outcome, status_then(made))))
        rows.append(("To which home", shown.homes(one.file).get(draft.to_home, "")))
        rows.append(("Schooling in Year 10 or 11 disrupted", YES_NO[draft.key_stage_4_move]))
        rows.append(("Where the home is", AREAS[draft.out_of_area]))
    if draft.review_on:
        rows.append(("Review", uk(draft.review_on)))
    if not draft.meeting and not draft.unplanned:
        rows.append(("Decided by", draft.decided_by))
        rows += [("Why without a meeting", draft.why_no_meeting), ("Decided on", draft.made_on)]
        rows.append(("A meeting follows by", uk(draft.meeting_by)))
    return _table(rows)


def _table(rows: Iterable[tuple[str, str]]) -> Markup:
    cells = [
        html(
            '<tr><th scope="row">{label}</th><td class="decision-words">{words}</td></tr>',
            label=label,
            words=words or GAP,
        )
        for label, words in rows
    ]
    return html('<table class="decision-table"><tbody>{cells}</tbody></table>', cells=cells)


def _words(one: Here) -> Markup:
    draft = one.draft
    answered = [
        (must.label, must.answer.words if must.answer else "")
        for must in edit.door().must_answer(one.case, me(), one.decision)
    ]
    asked = [(spec.label, getattr(draft, name)) for name, spec in reasons.ASKED.items()]
    if draft.why_not_supervision:
        asked.insert(0, ("Why not a supervision order, or no order", draft.why_not_supervision))
    if draft.sits_badly_why:
        asked.insert(0, ("Why it is right for this child, against the level", draft.sits_badly_why))
    return html(
        '<h3>Rationale</h3><p class="decision-words">{rationale}</p>{answered}<h3>What supervision would ask</h3>{asked}',
        rationale=draft.rationale or GAP,
        answered=html("<h3>Cautions, and unknowns that matter for safety</h3>{table}", table=_table(answered))
        if answered
        else "",
        asked=_table(asked),
    )


def _views(one: Here) -> Markup:
    found = [
        html(
            '<h3>{whose}{who}{given}</h3><blockquote><p class="decision-words">{words}</p></blockquote><p class="decision-words">{weight}</p>',
            whose=WHOSE[view.whose],
            who=f", {view.who}" if view.who else "",
            given=f", given on {uk(view.given_on)}" if view.given_on else "",
            words=view.words or GAP,
            weight=html("<strong>What weight it had:</strong> {weight}", weight=view.weight or GAP),
        )
        for view in one.of("view")
    ]
    dissents = [html("<h3>Dissent: {who}</h3><p>{words}</p>", who=it.who, words=it.words) for it in one.of("dissent")]
    return NOTHING.join([*found, *dissents]) or html("<p>{gap}</p>", gap=GAP)


def _lists(one: Here) -> Markup:
    support = [html("<li>{words}</li>", words=shown.support(it)) for it in one.of("support")]
    conditions = [html("<li>{words}</li>", words=shown.condition(it)) for it in one.of("condition")]
    return html(
        "<h3>Help that the family gets</h3>{support}<h3>Conditions</h3>{conditions}",
        support=html("<ul>{items}</ul>", items=support) if support else html("<p>{gap}</p>", gap=GAP),
        conditions=html("<ul>{items}</ul>", items=conditions) if conditions else html("<p>None.</p>"),
    )


def _safety(one: Here) -> list[tuple[str, str]]:
    draft = one.draft
    when = lambda day, time: " ".join(filter(None, (uk(day), time)))  # noqa: E731
    return [
        ("Who ended it", ENDED_BY[draft.ended_by]),
        ("How", draft.ended_words),
        ("We learned of it", when(draft.learned_on, draft.learned_at)),
        ("The child was seen by", draft.seen_by),
        ("When", when(draft.seen_on, draft.seen_at)),
        ("Alone", YES_NO[draft.seen_alone]),
        ("What was seen", draft.seen_words),
        ("Section 47 discussion", YES_NO[draft.section_47]),
        ("Why, or why not", draft.section_47_why),
        ("Interim safety plan", draft.safety_plan),
        ("Senior manager told", ", ".join(filter(None, (draft.senior, when(draft.senior_on, draft.senior_at))))),
        ("Full assessment due", uk(draft.assessment_by)),
    ]
