"""Protects: docs/security.md claims no item of OWASP ASVS without a test that exists; what is open says why."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8").partition("## OWASP ASVS")[2].partition("\n## ")[0]
HELD, OPEN = TEXT.partition("### Open")[::2]


def rows(text: str) -> list[list[str]]:
    """The cells of each row of a table that begins with the number of an item."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| \d", line)]
    assert lines
    return lines


def functions(path: Path) -> set[str]:
    return {one.name for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)}


def test_each_item_that_is_held_names_a_test_that_exists() -> None:
    for item, asked, test in rows(HELD):
        path, _, function = test.strip("`").partition("::")
        assert asked and function.startswith("test_"), item
        assert function in functions(ROOT / path), f"{item}: {test}"


def test_each_item_that_is_open_says_why_and_none_is_both() -> None:
    assert all(len(row) == 3 and row[2] for row in rows(OPEN))
    assert not {row[0] for row in rows(HELD)} & {row[0] for row in rows(OPEN)}
