"""Every text of the product, collected from where it is written, for the checks in test_texts.py and test_seeds.py."""

import ast
import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from framework.readability import sentences, words

ROOT = Path(__file__).parent.parent
CODE = ("framework", "pages")
NOT_SHOWN = {"citation", "id", "scope", "source"}
"""Keys of TOML whose text is the title of somebody else's work, or a name that nobody reads."""
BLOCK = re.compile(
    r"</?(?:p|div|li|ul|ol|h\d|t[dhr]|thead|tbody|table|section|summary|details|br|figure|caption)\b[^>]*>"
)
TAG = re.compile(r"</?[a-z][^<>]*>")
GAP = "…"
"""Stands for what a program fills in."""


class Said(NamedTuple):
    """A text: the file it stands in (relative to the repository), what it says, and whether it reaches a screen or paper."""

    file: str
    text: str
    shown: bool


def everything(root: Path = ROOT) -> list[Said]:
    """Content, sample data, strings and docstrings of the code, Typst templates, and documents."""
    return [*content(root), *code(root), *templates(root), *documents(root)]


def content(root: Path = ROOT) -> Iterator[Said]:
    """The TOML files of the editions and of the sample data; comments are not shown."""
    for path in sorted([*root.glob("framework/content/*/*.toml"), *root.glob("sample_data/**/*.toml")]):
        file, raw = path.relative_to(root).as_posix(), path.read_text("utf-8")
        for text in _strings(tomllib.loads(raw)):
            yield Said(file, text, shown=True)
        comments = " ".join(line.lstrip("# ") for line in raw.splitlines() if line.startswith("#"))
        yield Said(file, comments, shown=False)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in NOT_SHOWN or not isinstance(inner, str):
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def code(root: Path = ROOT) -> Iterator[Said]:
    """String literals of more than one word, without their markup, and docstrings (which are not shown)."""
    for path in sorted(path for folder in CODE for path in (root / folder).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if id(node) in inner or not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            text = _literal(node)
            if " " in text.strip():
                yield Said(file, _without_markup(text), shown=id(node) not in docstrings)


def _literal(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) if isinstance(part, ast.Constant) else GAP for part in node.values)
    return node.value if isinstance(node.value, str) else ""


def _without_markup(text: str) -> str:
    return TAG.sub("", BLOCK.sub("\n", text))


def templates(root: Path = ROOT) -> Iterator[Said]:
    """The lines of Typst templates, without their code, and the text of Word templates."""
    for path in sorted(root.glob("framework/**/*.typ")):
        for line in path.read_text("utf-8").splitlines():
            if not line.lstrip().startswith(("//", "#let", "#set", "#show")):
                for text in re.split(r"[\[\]{}]|#(?:for|if)\b[^\[]*|#[\w.]+(?:\([^)]*\))?|[*_]{1,2}", line):
                    yield Said(path.relative_to(root).as_posix(), text, shown=True)
    for path in sorted(root.glob("framework/**/*.docx")):
        with zipfile.ZipFile(path) as parts:
            document = parts.read("word/document.xml").decode("utf-8")
        for paragraph in document.split("</w:p>"):
            yield Said(path.relative_to(root).as_posix(), re.sub(r"<[^>]*>", "", paragraph), shown=True)


def documents(root: Path = ROOT) -> Iterator[Said]:
    """README, changelog and docs, which are on no screen, and the browser's scripts as they are."""
    places = ("*.md", "docs/**/*.md", "sample_data/*.md", "pyproject.toml", "pages/**/*.js")
    for path in sorted(path for place in places for path in root.glob(place)):
        yield Said(path.relative_to(root).as_posix(), path.read_text("utf-8"), shown=False)


__all__ = ["Said", "everything", "sentences", "words"]
