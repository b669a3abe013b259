"""Protects: text from people, and from the files of cases, editions and the checklist, is never taken for Markdown.

Streamlit reads titles, messages and the labels of widgets as Markdown. Every such text in pages/ is therefore written
in the code, goes through `plain`, or stands below with the reason why it cannot hold what somebody wrote.
"""

import ast
from collections.abc import Iterator, Set
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").rglob("*.py"))
MESSAGES = {
    "title",
    "header",
    "subheader",
    "caption",
    "write",
    "markdown",
    "text",
    "badge",
    "metric",
    "spinner",
    "status",
}
MESSAGES |= {"error", "success", "info", "warning", "toast", "exception", "dialog"}
LABELS = {"button", "download_button", "link_button", "form_submit_button", "page_link", "expander", "popover", "tabs"}
LABELS |= {"text_input", "text_area", "number_input", "date_input", "time_input", "file_uploader", "selectbox"}
LABELS |= {"multiselect", "checkbox", "toggle", "radio", "segmented_control", "pills", "slider", "select_slider"}
MARKDOWN_OPTIONS = {"radio", "segmented_control", "pills"}
"""Widgets whose options are Markdown; those of a list to choose from are plain text."""

FROM_THE_CODE = {
    # Labels of the fields of our own forms, given where the form is called.
    "pages/ui/charts.py": {"label"},
    # The buttons of the chair's menu and of a request, from a list that stands above them; the name of a phase.
    "pages/panel/carers.py": {"number"},
    "pages/panel/chair.py": {
        "label",
        "why",
        "BACK[back]",
        "panel.PHASE_WORDS[_before(state)].lower()",
        "panel.PHASE_WORDS[back].lower()",
        "finished",  # two numbers
        "scoring",
    },
    "pages/panel/joining.py": {"seat.OPENED_ELSEWHERE"},
    "pages/panel/meetings.py": {
        "PAGES['panel']",
        "PHASE_WORDS[panel.phase]",
        "WAITS_FOR[panel.phase]",
    },
    "pages/panel/notices.py": {
        "label",
        "panel.PHASE_WORDS[state.phase].lower()",
        "panel.PHASE_WORDS[back.was].lower()",
    },
    "pages/panel/roles.py": {"label", "help_ or None"},
    "pages/panel/scoring.py": {"section.answered(given)"},  # a number
    "pages/ui/download.py": {"one.label"},
    "pages/ui/uploads.py": {"label"},
    "pages/ui/unreadable.py": {"title"},  # of a page
    "pages/ui/fields.py": {"spec.label", "label", "button", "done"},
    "pages/rollout/group.py": {
        "label",  # put together by its two callers, with `plain`
        "GROUPS[card.sender].lower()",
        "sum((not action.done for action in actions if action.id in state.actions))",
    },
    # A way to another page; a day or a number; the words of a step, and of what is asked at a stage.
    "pages/decision/approving.py": {"uk(made.assessed.on)", "left"},
    "pages/decision/beginning.py": {"STAGES.__getitem__"},
    "pages/decision/choosing.py": {"shown.asked_at(one.draft)"},
    "pages/decision/edit.py": {"button", "label", "yes"},
    "pages/decision/home.py": {"PAGES['panel']", "PAGES['case']"},
    "pages/decision/level.py": {"sum((must.answer is not None for must in asked))"},
    "pages/decision/options.py": {"OWN"},
    "pages/panel/to_decision.py": {"PAGES['case']"},
    # Words that stand in the code, under a name.
    "pages/rollout/keeping.py": {"CHECKS.__getitem__", "CHECKS[check.what]"},
    "pages/rollout/task.py": {"STATUSES[status]", "ASK[asked]"},
    "pages/case/cards.py": {"_sign(filled[card], lacking[card])", "CARDS[card]", "CARDS[following]", "PAGES['case']"},
    "pages/audit/trail.py": {"min(AT_ONCE, len(lines) - len(shown))", "LIMIT"},
    "pages/case/bringing.py": {
        "ROWS_LIMIT",
        "column.label",
        "column.about or None",
        "_count(len(plan.refused), 'row')",
        "len(rows) - SHOWN",
    },
    "pages/people/page.py": {"min(len(found), SHOWN)", "len(found) - SHOWN", "note"},
    "pages/records/page.py": {"label", "STANDINGS[one.standing]", "dates.uk_time(when)"},
    "pages/records/handout.py": {"sum((bool(one.restricted) for one in prepared.items))"},  # a number
    "pages/case/chronology.py": {"len(found) - limit"},
    "pages/case/meetings.py": {
        "PAGES['panel']",
        "PHASE_WORDS[one.phase].lower()",
        "one.stage",
        "uk(today)",
        "shown.restricted(state)",
    },
    "pages/case/mine.py": {"len(found) - limit", "PAGES['case']"},
    "pages/case/overview.py": {"CARDS[card]"},
    "pages/letters/checking.py": {"ANSWERS.__getitem__", "number"},
    "pages/letters/copy.py": {"SORTS.__getitem__"},
    "pages/letters/versions.py": {"readability.TWO_PAGES"},
    "pages/case/page.py": {"where.VIEWS.__getitem__"},
    "pages/home.py": {"PAGES['case']", "PAGES['panel']", "PAGES['people']", "len(found.cases) - WAITING"},
    "pages/costs/page.py": {
        "model.FIELDS[name].label",
        "field.label",
        "field.unit",
        "words.percent(total)",
        "words.example(published.load())",
        "label",
        "taken.saved.version",
    },
    "pages/library/page.py": {"stage.number", "heading"},
    # The store's own sentence, with an address to copy: the character that keeps links apart would be copied too.
    "pages/navigation.py": {"group", "PAGES[name]", "error", "str(error)"},
    "pages/rollout/page.py": {"where.VIEWS.__getitem__"},
}


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Every call, with the function that it stands in (the module if in none)."""

    def walk(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            scope = node
        if isinstance(node, ast.Call):
            yield node, scope
        for child in ast.iter_child_nodes(node):
            yield from walk(child, scope)

    yield from walk(tree, tree)


def ours(tree: ast.Module) -> set[str]:
    """Names of our own modules: `light.title(...)` is no call of Streamlit's."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("framework", "pages"):
            found |= {alias.asname or alias.name for alias in node.names}
    return found | {"alt"}


def shown(call: ast.Call) -> Iterator[ast.expr]:
    """What of a call Streamlit reads as Markdown."""
    assert isinstance(call.func, ast.Attribute)
    name = call.func.attr
    yield from call.args if name == "write" else call.args[:1]
    for keyword in call.keywords:
        if keyword.arg in ("label", "body", "help", "caption"):
            yield keyword.value
        if keyword.arg == "format_func" and name in MARKDOWN_OPTIONS:
            yield keyword.value.body if isinstance(keyword.value, ast.Lambda) else keyword.value


def unsafe(node: ast.expr, scope: ast.AST) -> Iterator[str]:
    """The parts of an expression that could hold what somebody wrote."""
    match node:
        case ast.Constant() | ast.Call(func=ast.Name(id="plain" | "len")):
            return
        case ast.Call(func=ast.Name(id="uk_clock" | "uk_time")):
            return  # a time
        case ast.Call(func=ast.Attribute(value=ast.Name(id="dates"), attr="uk" | "uk_short")):
            return  # a date
        case ast.Call(func=ast.Attribute(value=ast.Name(id="explain"), attr="number_of"), args=[_, *words]):
            for word in words:  # a number, and what is counted
                yield from unsafe(word, scope)
        case ast.Call(func=ast.Attribute(value=inner, attr="capitalize" | "lower"), args=[]):
            for part in unsafe(inner, scope):
                yield f"{part}.{node.func.attr}()"
        case ast.JoinedStr(values=parts) | ast.List(elts=parts):
            for part in parts:
                yield from unsafe(part.value if isinstance(part, ast.FormattedValue) else part, scope)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*unsafe(body, scope), *unsafe(orelse, scope))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from (*unsafe(left, scope), *unsafe(right, scope))
        case ast.Name(id=name) if values := assigned(name, scope):
            for value in values:
                yield from unsafe(value, scope)
        case _:
            yield ast.unparse(node)


def assigned(name: str, scope: ast.AST) -> list[ast.expr]:
    """What a name is given in its function, if that is all said there."""
    found = []
    for node in ast.walk(scope):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                found += [value for one, value in pairs if isinstance(one, ast.Name) and one.id == name]
    return found


def problems(source: str, allowed: Set[str] = frozenset()) -> list[str]:
    tree = ast.parse(source)
    own = ours(tree)
    return [
        f"line {call.lineno}, {call.func.attr}: {part}"
        for call, scope in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in MESSAGES | LABELS
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id in own)
        for argument in shown(call)
        for part in unsafe(argument, scope)
        if part not in allowed
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_text_from_people_goes_through_plain(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert problems(path.read_text("utf-8"), FROM_THE_CODE.get(name, frozenset())) == []


def test_each_exception_is_still_needed() -> None:
    for name, allowed in FROM_THE_CODE.items():
        found = {told.partition(": ")[2] for told in problems((ROOT / name).read_text("utf-8"))}
        assert allowed <= found, f"{name}: {sorted(allowed - found)}"


@pytest.mark.parametrize(
    "line",
    [
        'st.title(f"{case.id}  {case.title}")',
        "st.error(str(refused))",
        'st.button(f"Agree: {edition.status_label(key, offer)}")',
        "st.subheader(case.title)",
        'left.text_input("Name", help=fact.help)',
        'st.radio("Who", names, format_func=lambda name: names[name])',
        'st.caption("Saved: " + name)',
        "label = plain(name)\nlabel += other\nst.expander(label + other)",
    ],
)
def test_the_test_finds_what_goes_past_plain(line: str) -> None:
    assert problems(line)


@pytest.mark.parametrize(
    "line",
    [
        'st.title(f"{plain(case.title)} ({len(cases)})")',
        'label = f"{plain(name)}"\nst.expander(label if opened else "Closed")',
        'st.selectbox("Who", names, format_func=lambda name: names[name])',
        "st.error(plain(str(refused)))",
    ],
)
def test_the_test_takes_what_is_plain(line: str) -> None:
    assert problems(line) == []
