"""Protects: what names Streamlit's own elements stands in one stylesheet, under the file that leans on it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ROOT / "pages" / "ui" / "streamlit.css"
OF_STREAMLIT = re.compile(r"\.st[A-Z]\w+|data-testid|stBase\w+|\[data-tag")


@pytest.mark.parametrize("path", sorted(set((ROOT / "pages").rglob("*.css")) - {OURS}), ids=lambda path: path.name)
def test_no_other_stylesheet_names_streamlits_elements(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert OF_STREAMLIT.findall(rules) == []


def test_each_heading_names_a_file_that_is_there() -> None:
    owners = re.findall(r"/\* ── (\S.*?) ──", OURS.read_text("utf-8"))
    assert owners[0] == "every page" and len(owners) == len(set(owners))
    assert [one for one in owners[1:] if not (ROOT / one).is_file()] == []
