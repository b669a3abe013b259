"""The keys of widgets that show what the record says.

What Streamlit 1.67 does, and `tests/browser/test_streamlit_edges.py` asserts:

1. A widget that has a key is that key. The value that the script gives it counts when the key is new to the session, and is
   ignored from then on: the widget shows what it holds, whatever the record says by now.
2. With every message a browser sends the values of all its widgets, as they stand there. If the script has given a widget
   another value meanwhile (through `st.session_state`), a browser that has not heard of it sends the old one, and Streamlit
   takes that for a change: the value is back, and `on_change` is called.
3. A widget that a run does not draw loses its value when the run ends; of a run of a fragment, only what stands in it.
4. A text field that is taken off the page may send its text once more, under its old key, and `on_change` is called.

So no widget is ever set from outside. One that has to show something else than it holds gets a new key, and with it begins
anew; what a browser still sends under an old key is heard by nobody. A `stem` names what is shown: it holds the meeting (or
the roll-out), the thing and the field, so that two meetings in one session never mix. The key is the stem, with a number after
it once the widget had to be replaced.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

_UNKNOWN = object()


@dataclass(slots=True)
class _Drawn:
    """The widget that stands for a stem now."""

    number: int = 0
    begins: Any = _UNKNOWN
    """The value that its key was new with; `_UNKNOWN` until it is drawn."""
    record: Any = None
    """What the record said when it was last drawn."""


def key_of(stem: str) -> str:
    """The key of the widget that stands for a stem now."""
    known = _known().get(stem)
    return f"{stem}|{known.number}" if known and known.number else stem


def widget_for(stem: str, value: Any, *, keep_entered: bool = False) -> str:
    """The key of a widget that shows `value`, what the record says, which has to be given to it as its starting value.

    It is a new key if the widget holds something else; but with `keep_entered`, what somebody has entered since the widget was
    last drawn is kept until it is saved, or :func:`reset_widget` gives it up.
    """
    known = _known()
    drawn = known.get(stem)
    if drawn is None:
        drawn = known[stem] = _Drawn()
    key = f"{stem}|{drawn.number}" if drawn.number else stem
    if drawn.begins is _UNKNOWN:
        drawn.begins = value
    else:
        holds = st.session_state.get(key, drawn.begins)
        if not _same(holds, value) and not (
            keep_entered and key in st.session_state and not _same(holds, drawn.record)
        ):
            drawn.number, drawn.begins = drawn.number + 1, value
            key = f"{stem}|{drawn.number}"
    drawn.record = value
    return key


def reset_widget(stem: str) -> None:
    """The next run draws another widget for this stem, which begins with what it is given."""
    drawn = _known().setdefault(stem, _Drawn())
    drawn.number, drawn.begins = drawn.number + 1, _UNKNOWN


def entered(stem: str, record: Any) -> Any:
    """What somebody has entered since the widget was last drawn, as far as the server knows; otherwise `record`."""
    drawn, key = _known().get(stem), key_of(stem)
    if drawn is None or key not in st.session_state:
        return record
    holds = st.session_state[key]
    return record if _same(holds, drawn.record) else holds


def is_current(stem: str, key: str) -> bool:
    """Whether a callback comes from the widget that stands there now, and not from one that has been replaced."""
    return key == key_of(stem)


def _known() -> dict[str, _Drawn]:
    known: dict[str, _Drawn] = st.session_state.setdefault("widgets", {})
    return known


def _same(one: Any, other: Any) -> bool:
    """Whether two values look the same in a widget: white space and the kind of sequence make no difference."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or one.split() == other.split()
    if isinstance(one, list | tuple) or isinstance(other, list | tuple):
        return tuple(one or ()) == tuple(other or ())
    return bool(one == other)
