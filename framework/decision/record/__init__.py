"""The record of a decision: made from a meeting, the decision and the case file, each as it stood at one moment."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import orjson

from framework import case, casefile, dates, panel
from framework.decision.record import of_case, of_meeting
from framework.decision.record.model import Case, CheckedFact, Decision, Light, Meeting, Proof, Proved, Record, gaps
from framework.edition import Edition
from framework.streams.anchor import Stamp
from framework.streams.kind import Happened


def of(
    state: panel.Panel | None,
    edition: Edition,
    happened: Sequence[Happened] = (),
    *,
    evidence: case.Case | None = None,
    file: casefile.Casefile | None = None,
    restricted: Collection[tuple[str, str]] = (),
    decision: Decision | None = None,
    checked_facts: tuple[CheckedFact, ...] = (),
    proof: Proof | None = None,
    authority: str = "",
    made_at: datetime,
    stood_at: datetime | None = None,
) -> Record:
    """The record of a meeting, or of a decision without one (`state` None).

    `evidence`: what the meeting read, where there is no case file. `stood_at`: the past moment that all of it is of. While members
    answer on their own it says nothing that anybody answered. `restricted`: kind and id of what is in no copy today.
    """
    day = dates.local(stood_at or made_at).date()
    known = _known(evidence, file, day, restricted)
    walled = panel.view_for(state, None) if state and state.version else None
    return Record(
        title=f"Decision record: {known.called or 'case without a name'}",
        authority=authority,
        made_at=dates.uk_time(made_at),
        stood_at=dates.uk_time(stood_at) if stood_at else "",
        case=known,
        meeting=of_meeting.meeting(walled, edition, happened) if walled else Meeting(),
        edition=of_meeting.framework(edition),
        light=of_meeting.light(walled, edition, happened) if walled else Light(),
        answers=of_meeting.answers(walled, edition) if walled else (),
        decision=decision or Decision(),
        checked_facts=checked_facts,
        proof=proof or Proof(),
    )


def _known(
    evidence: case.Case | None, file: casefile.Casefile | None, day: date, restricted: Collection[tuple[str, str]]
) -> Case:
    if file is not None and file.version:
        return of_case.of_file(file, day, restricted)
    return of_case.of_evidence(evidence) if evidence else Case()


def proved(events: Sequence[tuple[str, int, str]], stamp: Stamp | None) -> Proof:
    """`events`: (what, version, hash) of each stream that the record is made from."""
    of = {
        "anchor": "line {} of the anchor, a signed file that is kept outside the database",
        "register": "event {} of the register, which names everything in the record",
    }
    return Proof(
        events=tuple(Proved(what=what, version=version, hash=hash_) for what, version, hash_ in events if hash_),
        record=of[stamp.of].format(stamp.number) if stamp else "",
        record_hash=stamp.hash if stamp else "",
    )


def as_json(record: Record) -> bytes:
    """The whole model, with what is missing named."""
    return _json(record.model_dump(mode="json") | {"gaps": [one._asdict() for one in gaps(record)]})


def court_json(record: Record) -> bytes:
    """The court record: its pieces under their headings, beside what it is made from."""
    from framework.decision.record.court import court_paper

    paper = court_paper(record)
    return _json({**paper._asdict(), "record": record.model_dump(mode="json")})


def _json(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
