"""Protects: what the drafts in docs/governance/ say of the product is proved or marked as a gap, and the Word files say it."""

import ast
import io
import re
import zipfile
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from framework.loading import LoadingError
from pages.rows import ROWS
from tests import governance, texts
from tests.governance import Draft, Line

SOURCES = governance.sources()
README = (governance.FOLDER / "README.md").read_text("utf-8")


@cache
def functions(path: str) -> set[str]:
    return {
        one.name
        for one in ast.parse((governance.ROOT / path).read_text("utf-8")).body
        if isinstance(one, ast.FunctionDef)
    }


def fault(line: Line) -> str:
    """What is wrong with the proof of a line; "" if it is there."""
    if line.test:
        path, _, name = line.test.partition("::")
        there = (governance.ROOT / path).is_file() and name.startswith("test_") and name in functions(path)
        return "" if there else f"no such test: {line.test}"
    if line.setting:
        name, _, document = line.setting.partition(" in ")
        code = [*(governance.ROOT / "framework").rglob("*.py"), *(governance.ROOT / "pages").rglob("*.py")]
        read = any(re.search(rf'"{name}"', one.read_text("utf-8")) for one in code)
        described = f"`{name}`" in (governance.ROOT / document).read_text("utf-8")
        return "" if read and described else f"no such setting, or not described there: {line.setting}"
    if (found := re.fullmatch(r"(\S+\.md), “(.+)”", line.page)) and (governance.ROOT / found[1]).is_file():
        headings = re.findall(r"^#+ (.+)$", (governance.ROOT / found[1]).read_text("utf-8"), re.M)
        return "" if found[2] in [one.replace("`", "") for one in headings] else f"no such heading: {line.page}"
    return "" if not line.page or line.page in set(ROWS) else f"no such page: {line.page}"


def lines(draft: Draft) -> list[Line]:
    return [line for part in draft.part for line in part.lines]


def test_there_is_one_draft_of_each_kind() -> None:
    assert [path.stem for path in SOURCES] == ["accessibility", "atrs", "dpia", "equality"]
    for path in SOURCES:
        assert f"({path.stem}.docx)" in README and f"({path.name})" in README


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_each_sentence_has_a_proof_that_exists_or_is_a_gap(path: Path) -> None:
    draft = governance.read(path)
    said = [line for line in lines(draft) if line.says]
    assert said and len(said) < len(lines(draft)), "a draft says something, and leaves something to the authority"
    assert [found for line in (*said, Line(says="x", test=governance.ABOUT_TEST)) if (found := fault(line))] == []
    assert [line.says for line in said if len(texts.sentences(line.says)) != 1 or not line.says.endswith(".")] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_word_file_is_what_the_source_makes(path: Path) -> None:
    made, kept = governance.word(governance.read(path)), path.with_suffix(".docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(made)) as new, zipfile.ZipFile(io.BytesIO(kept)) as old:
        assert new.namelist() == old.namelist(), "python -m tests.governance"
        assert [name for name in new.namelist() if new.read(name) != old.read(name)] == [], "python -m tests.governance"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_paragraph_stands_without_its_proof_or_its_mark(path: Path) -> None:
    """Read from the Word file: after the title each paragraph is a heading, a gap, or a sentence with its proof below."""
    draft, document = governance.read(path), docx.Document(str(path.with_suffix(".docx")))
    styles = [(one.style.name if one.style else "", one.text) for one in document.paragraphs]
    assert not document.tables and styles[0] == ("Title", draft.title)
    for (style, text), (below, _) in zip(styles, [*styles[1:], ("", "")], strict=True):
        if style == "Normal":
            assert (below == "Proof") != bool(re.fullmatch(r"\[The authority: .+\]", text)), text
    assert len([style for style, _ in styles if style == "Proof"]) == 1 + sum(bool(one.says) for one in lines(draft))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_headings_and_language_are_set(path: Path) -> None:
    draft, document = governance.read(path), docx.Document(str(path.with_suffix(".docx")))
    headings = [
        (int(one.style.name[-1]), one.text)
        for one in document.paragraphs
        if one.style and (one.style.name or "").startswith("Heading")
    ]
    assert headings == [(part.level, part.heading) for part in draft.part] and headings[0][0] == 1
    languages = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"} == {document.core_properties.language}
    assert document.core_properties.title == f"{draft.title}: a draft"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"says": "It is safe."}, "names one proof"),
        ({"says": "It is safe.", "test": "a::b", "page": "home"}, "names one proof"),
        ({"gap": "say it.", "page": "home"}, "names one proof"),
        ({}, "names one proof"),
        ({"says": "It is safe.", "proof": "my word"}, "proof"),
    ],
)
def test_a_sentence_without_a_proof_makes_no_file(line: dict[str, str], why: str, tmp_path: Path) -> None:
    pairs = ", ".join(f'{key} = "{value}"' for key, value in line.items())
    source = tmp_path / "dpia.toml"
    source.write_text(f'title = "T"\n[[part]]\nheading = "1"\nlines = [{{ {pairs} }}]\n', "utf-8")
    with pytest.raises(LoadingError, match=f"dpia.toml: part.*{why}"):
        governance.read(source)


@pytest.mark.parametrize(
    "line",
    [
        Line(says="x", test="tests/test_governance.py::test_that_never_was"),
        Line(says="x", test="tests/test_that_never_was.py::test_a"),
        Line(says="x", setting="HOMEWARD_NOTHING in docs/sign-in.md"),
        Line(says="x", setting="HOMEWARD_SIGN_IN in docs/retention.md"),
        Line(says="x", page="nowhere"),
        Line(says="x", page="docs/security.md, “Nowhere”"),
    ],
)
def test_a_proof_that_is_not_there_is_found(line: Line) -> None:
    assert fault(line)
