"""HTML that cannot forget to escape: `html` makes it, and `show_html` is the only way onto a page.

Ruff's S704 refuses an f-string, or anything else that is not written out, as a template; its TID251 refuses `st.html` elsewhere.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal, TypeAlias

import streamlit as st
from markupsafe import Markup, escape

NOTHING = Markup("")

Part: TypeAlias = "str | int | float | Iterable[Part] | None"
"""What can fill a place: text, a number, HTML (`Markup`), nothing, or several of these, one after the other."""


def html(template: str, /, **parts: Part) -> Markup:
    """The template with each `{name}` filled. Every part is escaped, except those that are `Markup` already.

    Raises KeyError for a place without a part, and TypeError for a part without a place.
    """
    before, places = _parsed(template)
    if len(parts) > len(places):
        raise TypeError(f"No place for {', '.join(parts.keys() - {name for name, _ in places})} in {template!r}.")
    made = [before]
    for name, text in places:
        made += (_filled(parts[name]), text)
    return Markup("".join(made))


@cache  # there are as many templates as are written in the code
def _parsed(template: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """(the text before the first place, each place's name with the text that follows it)."""
    texts, names = [""], []
    for text, name, _, _ in Formatter().parse(template):
        texts[-1] += text
        if name is not None:
            names.append(name)
            texts.append("")
    return texts[0], tuple(zip(names, texts[1:], strict=True))


def _filled(part: Part) -> str:
    if isinstance(part, str):
        return part if isinstance(part, Markup) else escape(part)
    if part is None:
        return ""
    if isinstance(part, Iterable):
        return "".join([_filled(one) for one in part])
    return escape(part)


def show_html(markup: Markup, *, width: int | Literal["stretch", "content"] = "stretch") -> None:
    """Show HTML here. A plain string is refused, by mypy and when the page runs."""
    if not isinstance(markup, Markup):
        raise TypeError("Only what `html` made can be shown.")
    st.html(markup, width=width)


def show_stylesheets(paths: Iterable[Path], beside: Markup) -> None:
    """Apply stylesheets to the whole page, in one element with something to be seen.

    `st.html` puts a stylesheet alone into Streamlit's event container, where toasts go: the first toast that a fragment
    shows takes its place there, and the page has no styles until the next full run.
    """
    styles = "\n".join(map(_stylesheet, paths))
    st.html(f"<style>{styles}</style>{beside}")


@cache
def _stylesheet(path: Path) -> str:
    return path.read_text("utf-8")
