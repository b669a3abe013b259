"""Costs: what support for families costs, what failed returns cost, and what follows when an input changes.

The inputs and the answers are one fragment: a change reruns them and nothing else. The scenario is in the address.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from framework.costs import figures as published
from framework.costs import keeping, model, views, words
from framework.costs import saved as scenarios
from framework.costs.figures import Figures
from framework.dates import local, uk_time
from framework.edition import EditionError
from framework.items import FIRST_DAY, LAST_DAY
from framework.streams.kind import Refused, Unreadable
from framework.streams.store import StoreUnavailable
from framework.tables import Table
from framework.text import NAME_LIMIT
from pages.costs import charts
from pages.ui import charts as ui_charts
from pages.ui import download, identity, unreadable, widgets
from pages.ui.app import workspace
from pages.ui.download import Download
from pages.ui.html import html, show_html
from pages.ui.text import plain

if TYPE_CHECKING:  # numpy is for those who compute
    from framework.costs.cohort import Outlook
    from framework.costs.reading import About, Reading
    from framework.costs.simulation import Simulation, Swing

SCENARIO, ERRORS, LINK, QUERY = "costs-scenario", "costs-errors", "costs-link", "costs-query"
TAKEN = "costs-name-is-taken"
FIGURES, MADE = "costs-figures", "costs-made"
"""The published figures that the scenario rests on (a session key), and how it came here: “this was saved”."""
SHOWN = "costs-shown"
"""What each field is to show: its value in the scenario, or what was typed and could not be taken."""
COMPARED = 4


def page() -> None:
    st.title("What support costs, and what failed returns cost", anchor=False)
    show_html(
        html(
            '<p class="hw" style="max-width:46rem">For heads of service: enter '
            "your own figures, and see at once what support for families costs and when it pays for "
            "itself. {not_a_reason}</p>",
            not_a_reason=words.NOT_A_REASON,
        )
    )
    try:
        published.load()
    except EditionError as error:
        st.error(f"The cost figures cannot be read, so nothing can be worked out. {plain(str(error))}")
        return
    _from_address()
    _board()
    _saved()


# ── The scenario of this session, its fields and its address ─────────────────────────────────────────────────────────


def _from_address() -> None:
    """Take the scenario from the address if it is a new one; otherwise put this session's into it."""
    query = st.query_params.to_dict()
    if SCENARIO not in st.session_state or (query and query != st.session_state.get(QUERY)):
        figures, said = published.load(), ""
        scenario, sentences = model.begin(figures), list[str]()
        if query:
            figures, said = published.of_link(query.get(model.FIGURES), lambda day: published.load(on=day))
            scenario, sentences = model.from_query(figures, query)
        _use(figures, scenario, "this link was made" if query else "you began")
        st.session_state[LINK] = [*([said] if said else []), *sentences]
    elif not query:
        _write_address()


def _current() -> model.Scenario:
    return st.session_state[SCENARIO]


def _figures() -> Figures:
    """The published figures that the scenario rests on: those of the day it was made, until somebody takes today's."""
    return st.session_state[FIGURES]


def _use(figures: Figures, scenario: model.Scenario, made: str) -> None:
    """Make this the scenario: in every field and in the address."""
    st.session_state[FIGURES], st.session_state[SCENARIO], st.session_state[MADE] = figures, scenario, made
    st.session_state[ERRORS], st.session_state[LINK] = {}, []
    st.session_state[SHOWN] = {name: _in_widget(figures, scenario, name) for name in model.FIELDS}
    _write_address()


def _write_address() -> None:
    query = model.to_query(_figures(), _current())
    st.session_state[QUERY] = query
    st.query_params.from_dict(query)


def _in_widget(figures: Figures, scenario: model.Scenario, name: str) -> Any:
    """A field's value as its widget wants it: most are text."""
    value = getattr(scenario, name)
    if name in ("edition", "curve", "mix", "start", "end", *model.RANGE_NAMES):
        return value
    return model.shown(figures, scenario, name)


def _as_text(name: str, value: Any) -> str:
    """What a widget holds, as the text that the framework reads."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)


def _key_of(name: str) -> str:
    """The key of the widget of a field, which shows what it is to show."""
    return widgets.widget_for(f"costs-{name}", st.session_state[SHOWN][name])


def _held() -> dict[str, Any]:
    """What each field holds; one that is not drawn, what it is to show."""
    shown = st.session_state[SHOWN]
    return {name: st.session_state.get(widgets.key_of(f"costs-{name}"), shown[name]) for name in model.FIELDS}


def _entered(changed: str) -> None:
    """Somebody changed this field: read them all; what cannot be used stays in its field with a sentence."""
    _take(changed, _held())


def _take(changed: str, held: dict[str, Any]) -> None:
    figures = _figures()
    texts = {name: _as_text(name, value) for name, value in held.items()}
    good = _current()
    scenario, errors = model.entered(figures, texts, good, changed)
    st.session_state[SCENARIO], st.session_state[ERRORS] = scenario, errors
    st.session_state[LINK] = []
    # Where fields do not fit each other, none was taken over: all keep what was typed until one is mended.
    if taken := scenario is not good or not errors:
        _write_address()
    st.session_state[SHOWN] = {
        name: _in_widget(figures, scenario, name) if taken and name not in errors else value
        for name, value in held.items()
    }


def _set(**changes: Any) -> None:
    """A button that enters something: a reset, or a suggestion taken up."""
    held = _held()
    for name, value in changes.items():
        probe = replace(_current(), **{name: value})
        held[name] = "" if value is None else _in_widget(_figures(), probe, name)
    _take(next(iter(changes)), held)


def _reset_all() -> None:
    figures = published.load()
    _use(figures, model.begin(figures), "you began")


def _load_example() -> None:
    figures = published.load()
    _use(figures, model.default(figures), "you began")


def _take_todays() -> None:
    """The scenario rests on today's published figures from now on; what somebody entered stays."""
    today = published.load()
    _use(today, keeping.with_todays(_figures(), today, _current()), "you began")


# ── Inputs and answers ───────────────────────────────────────────────────────────────────────────────────────────────


@st.fragment(key="costs")
def _board() -> None:
    figures, scenario = _figures(), _current()
    said = _read(_key(figures, scenario), figures).said
    for sentence in st.session_state.get(LINK, []):
        st.warning(plain(f"The link could not be used in full. {sentence}"))
    _changed_since(figures, scenario)
    with st.container(key="costs-headline"):
        still = next(iter(st.session_state[ERRORS].items()), None)
        refused = f"{words.STILL}{model.FIELDS[still[0]].label}. {still[1]}" if still else ""
        show_html(
            html(
                '<div class="hw"><p class="headline" role="status">{headline}</p>{refused}</div>',
                headline=said.headline,
                refused=html('<p class="problem">{refused}</p>', refused=refused) if refused else "",
            )
        )
    left, right = st.columns([5, 12], gap="large")
    with left, st.container(key="costs-inputs"):
        _inputs(figures, scenario)
    with right:
        _answers(figures, scenario)


def _changed_since(figures: Figures, scenario: model.Scenario) -> None:
    """Which published figures have changed since the scenario was made, and the way to take today's."""
    if changed := keeping.changes(figures, published.load(), scenario):
        with st.container(key="costs-changed"):
            st.info(plain(" ".join(words.changed_since(change, st.session_state[MADE]) for change in changed)))
            st.button("Use today's published figures", on_click=_take_todays, key="costs-todays")


def _inputs(figures: Figures, scenario: model.Scenario) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="costs-inputs-head"):
        show_html(html("<h2>Your figures</h2>"))
        if figures != published.load() or scenario != model.begin(figures):
            st.button("Reset all", on_click=_reset_all, type="tertiary", icon=":material/undo:", key="costs-reset-all")
    if scenario != model.default(figures):
        st.button(
            words.example(published.load()),
            on_click=_load_example,
            type="tertiary",
            icon=":material/school:",
            key="costs-example",
        )
    editions = list(figures.editions)
    st.selectbox(
        "Published figures",
        editions,
        index=editions.index(st.session_state[SHOWN]["edition"]),
        format_func=lambda identifier: figures.editions[identifier].label,
        key=_key_of("edition"),
        on_change=_entered,
        args=("edition",),
    )
    edition = model.edition_of(figures, scenario)
    st.caption(plain(f"{edition.price_year} prices. {edition.note}"))
    if taken := words.taken_said(scenario):
        show_html(html('<p class="hw">{taken}</p>', taken=taken))
    _text(figures, "children")
    _text(figures, "rate")
    total = model.points(figures, scenario)[-1][1]
    if total != scenario.rate:
        whose = "as in your own curve" if scenario.curve == model.OWN else "as in the published curve"
        st.button(
            f"Use {words.percent(total)}, {whose}",
            on_click=_set,
            kwargs={"rate": total},
            type="tertiary",
            icon=":material/arrow_upward:",
            key="costs-rate-from-curve",
        )
    _text(figures, "kept")
    _text(figures, "reentry_cost")
    _text(figures, "months")
    _text(figures, "support_cost")
    _text(figures, "additional")
    with st.expander("Low, medium and high need", key="costs-need"):
        st.toggle(
            "Use our own mix of needs",
            st.session_state[SHOWN]["mix"],
            key=_key_of("mix"),
            on_change=_entered,
            args=("mix",),
        )
        st.caption("Without it, the study's average is used. A cost of support that you entered yourself comes first.")
        edition = model.edition_of(figures, scenario)
        for name in ("need_low", "need_medium", "need_high"):
            figure = edition.figures[name.replace("need", "support")]
            mark = " Reconstructed." if figure.provenance == "reconstructed" else ""
            _text(figures, name, f"{words.money(figure.value)} each.{mark} {figure.note}", disabled=not scenario.mix)
    with st.expander("Prices of another year", key="costs-prices"):
        st.caption("Raises the published figures only. State a factor from an index that your finance team accepts.")
        _text(figures, "uprating", f"1 leaves the prices of {model.edition_of(figures, scenario).price_year}.")
        _text(figures, "price_year", "Said beside the figures. Leave it empty if you like.")
    with st.expander("Years and timing", key="costs-years-inputs"):
        _text(figures, "years", "Up to 10.")
        _text(figures, "discount")
        curves = [*figures.curves, model.OWN]
        st.selectbox(
            "When children come back",
            curves,
            index=curves.index(st.session_state[SHOWN]["curve"]),
            format_func=lambda identifier: figures.curves[identifier].label if identifier != model.OWN else "Our own",
            key=_key_of("curve"),
            on_change=_entered,
            args=("curve",),
            help="It says when they come back. How many is the rate above.",
        )
        if scenario.curve != model.OWN:
            curve = figures.curves[scenario.curve]
            st.caption(plain(f"{figures.citations[curve.source]} {curve.note}"))
        if scenario.curve == model.OWN or st.session_state[SHOWN]["curve"] == model.OWN:
            _text(figures, "own_curve", "Each year counts those before it too, for example 20, 25, 29.")
            _text(figures, "own_months", "Only if these are not the ends of year 1, 2, 3: for example 3, 12, 24.")
        for name in ("start", "end"):
            st.date_input(
                model.FIELDS[name].label,
                st.session_state[SHOWN][name],
                min_value=FIRST_DAY,
                max_value=LAST_DAY,
                key=_key_of(name),
                on_change=_entered,
                args=(name,),
                format="DD/MM/YYYY",
            )
            _problem(name)
        st.caption("A month that has begun counts as a whole month. Year 1 begins with the first of these months.")
    with st.expander("How sure are you?", key="costs-ranges"):
        st.caption(plain(f"How far each figure may be out. {figures.ranges.note}"))
        shown = _ranges_said(figures, scenario)
        for name in model.RANGE_NAMES:
            st.slider(
                f"{model.FIELDS[name].label} (% lower to % higher)",
                -100,
                100,
                st.session_state[SHOWN][name],
                step=5,
                key=_key_of(name),
                on_change=_entered,
                args=(name,),
            )
            _problem(name)
            if name in shown:
                st.caption(plain(shown[name]))
        _text(figures, "seed", "The same seed draws the same futures again.")


def _ranges_said(figures: Figures, scenario: model.Scenario) -> dict[str, str]:
    rows = views.tornado_rows(_read(_key(figures, scenario), figures).swings, scenario)
    names = dict(zip(("rate", "reentry_cost", "support_cost", "effect"), model.RANGE_NAMES, strict=True))
    ends = {(row["input"], row["end"]): str(row["value"]) for row in rows}
    return {
        names[name]: f"From {ends[label, 'lowest']} to {ends[label, 'highest']}"
        for name, label in views.INPUT_LABELS.items()
        if rows
    }


def _text(figures: Figures, name: str, source: str | None = None, *, disabled: bool = False) -> None:
    """A field with its unit, its source, a reset once it differs from how it started, and what is wrong with it."""
    field = model.FIELDS[name]
    scenario = _current()
    unit = f" ({field.unit})" if field.unit else ""
    said = words.source_of(figures, scenario, name) if source is None else source
    with st.container(gap="xxsmall", key=f"costs-field-{name}"):
        st.text_input(
            f"{field.label}{unit}",
            st.session_state[SHOWN][name],
            key=_key_of(name),
            on_change=_entered,
            args=(name,),
            disabled=disabled,
            autocomplete="off",
        )
        _problem(name)
        if said:
            st.caption(plain(said))
        if model.shown(figures, scenario, name) != _reset_to(figures, name) or name in st.session_state[ERRORS]:
            st.button(
                plain(f"Reset to {_reset_to(figures, name) or 'empty'}"),
                on_click=_set,
                kwargs={name: getattr(model.begin(figures), name)},
                type="tertiary",
                icon=":material/undo:",
                key=f"costs-reset-{name}",
            )


def _reset_to(figures: Figures, name: str) -> str:
    """What a field holds when what was entered in it is taken away."""
    usual = model.begin(figures)
    if name == "kept":
        return ""
    return model.shown(figures, replace(_current(), **{name: getattr(usual, name)}), name)


def _problem(name: str) -> None:
    """What is wrong with a field, at the field."""
    if sentence := st.session_state[ERRORS].get(name):
        show_html(
            html(
                '<div class="hw"><p class="problem" role="alert">{label}: {sentence} The answers still show '
                "the last good figures.</p></div>",
                label=model.FIELDS[name].label,
                sentence=sentence,
            )
        )


def _key(figures: Figures, scenario: model.Scenario) -> tuple[tuple[str, str], ...]:
    return tuple(model.to_query(figures, scenario).items())


@st.cache_data(max_entries=200, show_spinner=False)
def _read(key: tuple[tuple[str, str], ...], _figures: Figures) -> "Reading":
    """All that is shown of a scenario: worked out once, whoever asks. The key names the figures, so they are not hashed."""
    from framework.costs import reading

    return reading.read(_figures, model.from_query(_figures, dict(key))[0])


def _answers(figures: Figures, scenario: model.Scenario) -> None:
    reading = _read(_key(figures, scenario), figures)
    said = reading.said
    _assumed(figures, scenario)
    show_html(html('<div class="hw"><div class="tiles">{tiles}</div></div>', tiles=map(_tile, said.tiles)))
    show_html(
        html(
            '<div class="hw" style="max-width:46rem">{items}</div>',
            items=[html("<p>{sentence}</p>", sentence=sentence) for sentence in said.sentences],
        )
    )
    if said.ask:
        with st.container(key="costs-ask"):
            st.info(plain(said.ask), icon=":material/help:")
    _take_away(figures, scenario)
    steps = views.bridge(figures, scenario, reading.outlook)
    show_html(html('<h3 class="hw">From gross to net</h3>'))
    show_html(ui_charts.table_html(views.bridge_table(steps), "From gross to net"))
    rows = views.heat_map(figures, scenario)
    ui_charts.show(
        "map",
        said.map_title,
        f"Map of children kept at home against the re-entry rate. {said.map_title}.",
        charts.heat_map(rows),
        lambda: views.heat_table(rows),
        lambda: views.heat_csv(rows),
        said.map_note,
    )
    if reading.outlook and reading.drawn:
        _over_time(scenario, said, reading.outlook, reading.drawn, reading.swings)
    _method(figures, scenario)


def _assumed(figures: Figures, scenario: model.Scenario) -> None:
    """What nobody has published and the answers rest on, beside the headline."""
    lines = [
        html("<li>{what} <span>{why}</span></li>", what=what, why=why) for what, why in words.assumed(figures, scenario)
    ]
    show_html(
        html(
            '<section class="hw assumed" aria-labelledby="costs-assumed"><h2 id="costs-assumed">{title}</h2>'
            "<ul>{lines}</ul></section>",
            title=words.ASSUMED,
            lines=lines,
        )
    )


def _over_time(
    scenario: model.Scenario, said: words.Said, outlook: "Outlook", drawn: "Simulation", swings: "tuple[Swing, ...]"
) -> None:
    """What needs an effect: the years, the uncertainty, and what moves the result."""
    years = views.year_rows(outlook)
    ui_charts.show(
        "years",
        said.years_title,
        f"Line of the position at the end of each year. {said.years}",
        charts.years(years),
        lambda: views.year_table(outlook),
        lambda: views.year_csv(outlook),
        said.years,
    )
    bins = views.bin_rows(drawn)
    ui_charts.show(
        "uncertainty",
        said.uncertainty_title,
        f"Bars of how often each result is drawn. {said.uncertainty}",
        charts.spread(bins),
        lambda: views.spread_table(drawn),
        lambda: views.bin_csv(bins),
        said.uncertainty,
    )
    tornado = views.tornado_rows(swings, scenario)
    ui_charts.show(
        "tornado",
        said.tornado_title,
        f"Bars of what each figure's range does to the result. {said.tornado_title}.",
        charts.tornado(tornado),
        lambda: views.tornado_table(swings, scenario),
        lambda: views.tornado_csv(swings),
        said.tornado_note,
    )


def _tile(tile: tuple[str, str]) -> Markup:
    return html('<div><b>{figure}</b><span class="quiet">{meaning}</span></div>', figure=tile[0], meaning=tile[1])


@st.fragment
def _method(figures: Figures, scenario: model.Scenario) -> None:
    part = st.expander("How this is worked out, and where the figures come from", key="costs-method", on_change="rerun")
    if not part.open:
        return
    with part:
        _how(figures, scenario)


def _how(figures: Figures, scenario: model.Scenario) -> None:
    show_html(ui_charts.table_html(views.scenario_table(figures, scenario), "What went in", "text"))
    edition = model.edition_of(figures, scenario)
    cited = [edition.source, figures.example.source, figures.discount.source]
    if scenario.curve != model.OWN:
        cited.append(figures.curves[scenario.curve].source)
    lines = [
        *words.ASSUMPTIONS,
        words.ROUNDING,
        edition.note,
        *(figures.citations[source] for source in dict.fromkeys(cited)),
    ]
    show_html(_list(lines))
    show_html(html('<h3 class="hw">What the studies say of England</h3>'))
    show_html(ui_charts.table_html(views.national_table(figures), "What the studies say of England"))
    show_html(_list([f"{national.label}: {national.note}" for national in figures.national]))


def _list(lines: list[str]) -> Markup:
    return html('<div class="hw"><ul>{items}</ul></div>', items=[html("<li>{line}</li>", line=line) for line in lines])


# ── Taking it away ───────────────────────────────────────────────────────────────────────────────────────────────────


def _take_away(figures: Figures, scenario: model.Scenario) -> None:
    with st.expander("Name the paper and the workbook", key="costs-about"):
        st.caption("It stands at their head. Leave empty what is nobody's business.")
        for name, label in (("authority", "Authority"), ("scenario", "Name of the scenario"), ("author", "Made by")):
            st.text_input(label, key=f"costs-about-{name}", max_chars=NAME_LIMIT, autocomplete="off")
    about = _about(figures, scenario)
    with st.container(key="costs-take-away"):
        download.show(
            (
                Download(
                    "Excel workbook, with live formulas",
                    _workbook(figures, scenario, about),
                    "homeward-costs.xlsx",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "costs-excel",
                    ":material/table_view:",
                ),
                Download(
                    "Paper for a committee (PDF)",
                    _paper(figures, scenario, about),
                    "homeward-costs.pdf",
                    "application/pdf",
                    "costs-pdf",
                    ":material/picture_as_pdf:",
                ),
            )
        )
    st.caption("This page's address holds the scenario: whoever opens the link sees the same picture.")


def _about(figures: Figures, scenario: model.Scenario) -> "About":
    from framework.costs.reading import About

    here = (st.context.url or "").partition("?")[0]
    return About(
        on=local(workspace().now()).date(),
        scenario=st.session_state["costs-about-scenario"].strip(),
        authority=st.session_state["costs-about-authority"].strip(),
        author=st.session_state["costs-about-author"].strip(),
        link=f"{here}?{urlencode(model.to_query(figures, scenario))}" if here else "",
    )


def _workbook(figures: Figures, scenario: model.Scenario, about: "About") -> Callable[[], bytes]:
    def build() -> bytes:
        from framework.costs import workbook

        return workbook.build(figures, scenario, about)

    return build


def _paper(figures: Figures, scenario: model.Scenario, about: "About") -> Callable[[], bytes]:
    reading = _read(_key(figures, scenario), figures)
    said = reading.said

    def build() -> bytes:
        from framework.costs import report

        drawings = [(said.map_title, said.map_note, charts.heat_map(views.heat_map(figures, scenario)), 240)]
        if reading.outlook and reading.drawn:
            years, bins = views.year_rows(reading.outlook), views.bin_rows(reading.drawn)
            drawings += [
                (said.years_title, said.years, charts.years(years), 200),
                (said.uncertainty_title, said.uncertainty, charts.spread(bins), 190),
            ]
        pictures = [
            report.Picture(
                title,
                f"Chart: {title}. {text}",
                ui_charts.svg(ui_charts.for_file(chart, font=report.FONT, width=620, height=height)),
            )
            for title, text, chart, height in drawings
        ]
        return report.build(figures, scenario, reading, pictures, about, workspace().stamp().short)

    return build


# ── Saved scenarios ──────────────────────────────────────────────────────────────────────────────────────────────────


@st.fragment(key="costs-saved")
def _saved() -> None:
    st.header("Saved scenarios", anchor=False)
    try:
        known, not_shown = workspace().scenarios.seen_by(identity.me()).read()
    except StoreUnavailable as error:
        st.error(plain(f"The saved scenarios cannot be read just now. {error}"))
        return
    for sentence in not_shown:
        st.error(plain(sentence), icon=":material/block:")
    if problem := st.session_state.pop("costs-save-problem", None):
        st.error(plain(problem))
    if done := st.session_state.pop("costs-save-done", None):
        st.toast(plain(done))
    with st.form("costs-save", border=True):
        name, by, send = st.columns([3, 2, 2], vertical_alignment="bottom")
        name.text_input("Name of this scenario", key="costs-save-name", max_chars=NAME_LIMIT)
        by.text_input("Your name", key="costs-save-by", max_chars=NAME_LIMIT)
        send.form_submit_button("Save this scenario", on_click=_save, type="primary")
    _name_taken()
    if not known:
        st.info(
            "Nothing is saved yet. Give the scenario above a name and save it; then change it, save it again under "
            "another name, and see the two side by side."
        )
        return
    by_id = {one.id: one for one in known}
    # What somebody else has removed meanwhile is no choice any more.
    compared = st.session_state.get("costs-compared", list(by_id)[:COMPARED])
    st.session_state["costs-compared"] = [stream for stream in compared if stream in by_id]
    if st.session_state.get("costs-picked") not in by_id:
        st.session_state.pop("costs-picked", None)
    chosen = st.multiselect(
        "Side by side (up to four)",
        list(by_id),
        format_func=lambda stream: by_id[stream].name,
        max_selections=COMPARED,
        key="costs-compared",
    )
    if chosen:
        _side_by_side([by_id[stream] for stream in chosen])
    with st.expander(f"All saved scenarios ({len(known)})", key="costs-all"):
        table = Table(
            ("Scenario", "Saved by", "When", "Version"),
            tuple((one.name, one.by, uk_time(one.at) if one.at else "", str(one.version)) for one in known),
        )
        show_html(ui_charts.table_html(table, "All saved scenarios", "text"))
        # In a list of choices a name is plain text; on a button it could be taken for markup.
        picked = st.selectbox("Scenario", list(by_id), format_func=lambda s: by_id[s].name, key="costs-picked")
        _choose_version(by_id[picked])
        with st.container(horizontal=True, key="costs-picked-actions"):
            st.button("Open this scenario", key="costs-open", on_click=_open, args=(by_id,))
            with st.popover("Remove this scenario", key="costs-remove"):
                st.write("It leaves this list for everybody. The record keeps it, and who removed it.")
                # Not the name in the form above: what stands there is sent with the form only.
                st.text_input("Your name", key="costs-remove-by", max_chars=NAME_LIMIT)
                if problem := st.session_state.pop("costs-remove-problem", None):
                    st.error(plain(problem))
                st.button("Remove it", key="costs-removed", on_click=_remove, args=(by_id,))


def _name_taken() -> None:
    """A name that is there already is asked about; nothing has been saved."""
    taken = st.session_state.get(TAKEN)
    if taken is None:
        return
    with st.container(key="costs-name-taken"):
        st.warning(plain(str(taken)))
        with st.container(horizontal=True):
            st.button(
                f"Save as version {taken.saved.version + 1}",
                key="costs-save-over",
                on_click=_save,
                args=(taken.saved.version,),
            )
            st.button("Keep it as it is", key="costs-save-not", on_click=st.session_state.pop, args=(TAKEN,))


def _version_key(saved: scenarios.Saved) -> str:
    return f"costs-version-{saved.id}-{saved.version}"


def _choose_version(saved: scenarios.Saved) -> None:
    """Which version is to be opened: the newest, until another is chosen."""
    if saved.version == 1:
        return
    versions = {one.version: one for one in workspace().scenarios.seen_by(identity.me()).versions(saved)}
    st.selectbox(
        "Version",
        list(versions),
        format_func=lambda number: (
            f"{number}: {versions[number].by}, {uk_time(at) if (at := versions[number].at) else ''}"
        ),
        key=_version_key(saved),
    )
    removed = [
        f"{uk_time(at)}: {by}, removed"
        for event, by, at in workspace().scenarios.seen_by(identity.me()).history(saved)
        if isinstance(event, scenarios.ScenarioRemoved)
    ]
    if removed:
        show_html(_list(removed))


def _side_by_side(chosen: list[scenarios.Saved]) -> None:
    read = []
    for scenario in chosen:
        with unreadable.said():
            read.append((scenario.name, scenarios.opened(scenario)))
    for name, one in read:
        if one.sentences:
            st.warning(plain(f"“{name}” was saved with figures that are not known any more. {' '.join(one.sentences)}"))
    keys = tuple((name, _key(one.figures, one.scenario)) for name, one in read)
    compared = _compared(keys, tuple(one.figures for _, one in read))
    rows = views.compare_rows(compared)
    title = words.compare_title([one.outlook.position for one in compared if one.outlook])
    note = words.compare_note([(one.figures, one.scenario) for one in compared])
    if not rows:
        show_html(html('<p class="hw">{said}</p>', said=f"{title}. {note}".strip()))
        show_html(ui_charts.table_html(views.compare_table(compared), title, "text"))
        return
    ui_charts.show(
        "comparison",
        title,
        f"Bars of the position at the end of each scenario. {title}.",
        charts.comparison(rows),
        lambda: views.compare_table(compared),
        lambda: views.compare_csv(compared),
        note,
    )


@st.cache_data(max_entries=50, show_spinner=False)
def _compared(keys: tuple[tuple[str, tuple[tuple[str, str], ...]], ...], _figures: tuple[Figures, ...]):
    named = zip(keys, _figures, strict=True)
    return views.compare([(name, figures, model.from_query(figures, dict(key))[0]) for (name, key), figures in named])


def _save(over: int = 0) -> None:
    st.session_state.pop(TAKEN, None)
    name, by = st.session_state["costs-save-name"], st.session_state["costs-save-by"]
    try:
        saved = workspace().scenarios.seen_by(identity.me()).save(_figures(), name, by, _current(), over)
    except scenarios.NameTaken as taken:
        st.session_state[TAKEN] = taken
    except (Refused, StoreUnavailable) as error:
        st.session_state["costs-save-problem"] = str(error)
    else:
        compared = [one for one in st.session_state.get("costs-compared", []) if one != saved.id]
        st.session_state["costs-compared"] = [saved.id, *compared][:COMPARED]
        st.session_state["costs-save-done"] = f"Saved “{saved.name}”, version {saved.version}."


def _remove(by_id: dict[str, scenarios.Saved]) -> None:
    """Remove the version that stood on the screen when the button was pressed."""
    seen = _picked(by_id)
    try:
        workspace().scenarios.seen_by(identity.me()).remove(seen, st.session_state["costs-remove-by"])
    except (Refused, StoreUnavailable) as error:
        st.session_state["costs-remove-problem"] = f"Not removed. {error}"
    else:
        st.session_state["costs-compared"] = [
            one for one in st.session_state.get("costs-compared", []) if one != seen.id
        ]
        st.session_state["costs-save-done"] = "Removed. The record keeps it."


def _picked(by_id: dict[str, scenarios.Saved]) -> scenarios.Saved:
    """What the list says at the click. A choice and a click that come together run with the button's older arguments."""
    return by_id[st.session_state["costs-picked"]]


def _open(by_id: dict[str, scenarios.Saved]) -> None:
    saved = _picked(by_id)
    number = st.session_state.get(_version_key(saved), saved.version)
    try:
        one = scenarios.opened(
            next(one for one in workspace().scenarios.seen_by(identity.me()).versions(saved) if one.version == number)
        )
    except Unreadable as error:
        st.session_state[LINK] = [str(error)]
        st.rerun()
    _use(one.figures, one.scenario, "this was saved")
    st.session_state[LINK] = list(one.sentences)
    st.rerun()
