"""What meetings hold of a child, for a hand-out: who sat there, what was agreed and said, and what the light was."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from framework import dates
from framework.casefile.handout import TIME, Held
from framework.edition import Edition
from framework.panel import summary
from framework.panel.kind import MEETING
from framework.panel.model import Panel, replay
from framework.streams.kind import Erased, Happened


def held(
    meetings: list[str],
    history: Callable[[str], list[Happened]],
    edition_of: Callable[[Panel], Edition],
    until: datetime,
) -> list[Held]:
    """A row for each meeting (`panel:<id>`) on a case, as it stood at a moment. What was never said there is not among them."""
    found = []
    for stream in meetings:
        happened = [one for one in history(MEETING.identifier(stream)) if one.at <= until]
        if happened and not isinstance(happened[0].event, Erased):
            found.append(_row(stream, happened, edition_of))
    return found


def _row(stream: str, happened: list[Happened], edition_of: Callable[[Panel], Edition]) -> Held:
    state = replay(happened, Panel())
    said = summary.summary(state, edition_of(state), happened)
    day = dates.local(happened[0].at).date()
    return Held(
        key=f"meeting/{state.meeting}",
        part=TIME,
        what="Meeting of a panel",
        lines=tuple((label, text) for label, text in _lines(said) if text),
        at=happened[0].at,
        day=day.isoformat(),
        when=dates.uk(day),
        source="Recorded at the meeting in Homeward",
        about=("The child", "A parent", "A professional"),
        third_party=True,
    )


def _lines(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "How it stands", f"{said['phase']}; opened on {said['opened']}, last changed on {said['ended']}"
    yield "Parents or home carers", ", ".join(said["carers"])
    yield "Who sat there", "; ".join(_member(one) for one in said["members"])
    yield "Indication", f"{said['level']}. {said['sentence']}"
    yield "Why", said["basis"]
    for text in said["caveats"]:
        yield "Note", text
    for answer in said["answers"]:
        yield answer["question"], _answer(answer)
    for view in said["views"]:
        yield f"View put on record by {view['who']}", view["text"]
    for carer in said["past_carers"]:
        yield f"Taken off: {carer['name']}", "; ".join(carer["answers"]) or "Nothing was answered about this person"


def _member(one: dict[str, str]) -> str:
    removed = f", seat removed: {one['removed']}" if one["removed"] else ""
    return f"{one['name']} ({one['role']}{removed})"


def _answer(answer: dict[str, Any]) -> str:
    """The agreed answer with all that was noted about it."""
    parts = [answer["answer"] + (f" ({answer['how']})" if answer["how"] else "")]
    parts += [f"Panel’s note: {answer['note']}"] if answer["note"] else []
    parts += [f"Answers: {'. '.join(answer['given'])}"] if answer["given"] else []
    parts += [f"Note by {one}" for one in answer["notes"]]
    parts += [f"Changed: {one}" for one in answer["changed"]]
    parts += [f"Dissent by {one}" for one in answer["dissent"]]
    return ". ".join(one.rstrip(".") for one in parts) + "."
