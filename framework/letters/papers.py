"""The papers themselves: a parent's copy, the facts to check, and the child's letter, as a :class:`Paper`, a PDF and a Word file."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from framework import dates, documents
from framework.casefile import reading as cases
from framework.casefile.model import Casefile, when_words
from framework.letters import offering, reading
from framework.letters.model import ANSWERS, COPY, LETTER, REASONS, Copy, Fact, Letter, Letters, Paper, Piece, Withheld
from framework.letters.reading import OfDecision
from framework.text import with_full_stop

TEMPLATE = Path(__file__).parent / "papers.typ"
DRAFT = "Draft: not filed yet. It may still change."
INVENTED = "Invented: made up for training. Nobody in it is real."
GAP = "[still to be filled in: {}]"
"""What stands in the place of something that is missing, on paper and on screen."""
ROOM = "Your own words"
ASK_ROOM = "Write here whatever you want to say. We keep it with this copy."
ASK_MISSING = "Write it here. When you have finished, give this back to your social worker, or ask for an envelope."
_LEFT_OUT = "Something is left out here. {}"


# ── A parent's copy ──────────────────────────────────────────────────────────────────────────────────────────────────


def copy(state: Letters, item: Copy, case: Casefile, known: OfDecision) -> Paper:
    """The copy for one person. It is made of what they wrote for this person and of this person's facts, of nothing else."""
    child = _child(case)
    return Paper(
        sort="copy",
        title=f"About {child}: your copy",
        lead=_lead(item.name, case),
        pieces=tuple(_copy_pieces(state, item, child, known)),
        foot=f"This copy is for {item.name}. It tells only what concerns you and {child}.",
    )


def _lead(called: str, case: Casefile) -> str:
    born = case.child.birth if case.child else None
    of = f", born {cases.month_of_birth(born)}" if born else ""
    return f"For {called}. About {_child(case)}{of}."


def _child(case: Casefile) -> str:
    return case.called or "the child"


def _copy_pieces(state: Letters, item: Copy, child: str, known: OfDecision) -> Iterator[Piece]:
    left_out = reading.left_out(state, item)
    facts = reading.printed_facts(state, item)
    as_it_stands = {"decided": offering.counts(known, child), "who_decides": offering.waits_for(known, child)}
    for name, section in COPY.items():
        yield Piece(kind="heading", text=section.heading)
        text = getattr(item, name)
        own = [one for one in facts if one.sort == {"worries": "worry", "well": "well"}.get(name)]
        notes = [Piece(kind="note", text=_LEFT_OUT.format(_reason(one))) for one in left_out if one.section == name]
        yield from _paragraphs(text)
        yield from _as_it_stands(text, as_it_stands.get(name, ""))
        yield from (_fact(state, one) for one in own)
        yield from notes
        if not (text or own or notes):
            yield Piece(kind="gap", text=section.gap)
        if name == "you_said" and item.child_said and item.child_agreed == "yes":
            yield Piece(kind="heading", text=f"What {child} told us, and wants you to know")
            yield from _paragraphs(item.child_said)
    yield Piece(kind="heading", text=ROOM)
    yield Piece(kind="room", text=ASK_ROOM)


def _reason(one: Withheld) -> str:
    return with_full_stop(one.words) if one.reason in ("", "own") and one.words else REASONS[one.reason or "own"]


def _paragraphs(text: str) -> Iterator[Piece]:
    for line in filter(None, map(str.strip, text.splitlines())):
        is_bullet = line.startswith(("- ", "• ", "– "))
        yield Piece(kind="bullet", text=line[2:].strip()) if is_bullet else Piece(kind="paragraph", text=line)


def _as_it_stands(text: str, line: str) -> Iterator[Piece]:
    """What is printed as it is when the paper is made; not what somebody has written there already."""
    if line and line not in text:
        yield Piece(kind="paragraph", text=line)


def _fact(state: Letters, fact: Fact) -> Piece:
    said = f" ({fact.source})" if fact.source else ""
    reply, more = reading.last_reply(state, fact.id), list[str]()
    if reply:
        words = f": {reply.words}" if reply.words else "."
        more.append(f"You, on {dates.uk(reply.on)}: {ANSWERS[reply.answer].lower()}{words}")
        if reading.standing(state, fact) == "changed":
            more.append("We have changed this since.")
        if reading.standing(state, fact) == "corrected" and fact.stays_why:
            more.append(f"Why we leave it as it is: {fact.stays_why}")
    return Piece(kind="fact", text=f"{when_words(fact.since)}: {fact.words}{said}", more=tuple(more))


# ── The facts to check ───────────────────────────────────────────────────────────────────────────────────────────────


def facts(state: Letters, person: str, case: Casefile) -> Paper:
    """The facts about one person on paper, with room to answer each by hand."""
    who = reading.person(case, person)
    own = reading.shown_facts(state, person)
    pieces = list[Piece]()
    for number, one in enumerate(own, 1):
        source = f" ({one.source})" if one.source else ""
        pieces.append(Piece(kind="fact", text=f"{number}. {when_words(one.since)}: {one.words}{source}"))
        pieces.append(
            Piece(kind="tick", text="What it should say, or what you want to add:", more=tuple(ANSWERS.values()))
        )
    if not own:
        pieces.append(Piece(kind="gap", text="the facts that concern you"))
    pieces.append(Piece(kind="heading", text="Is something missing?"))
    pieces.append(Piece(kind="room", text=ASK_MISSING))
    return Paper(
        sort="facts",
        title="Are these facts right?",
        lead=f"{_lead(who.name, case)} You can say that a fact is right, that it is not, or add to it. We keep what you say.",
        pieces=tuple(pieces),
        foot=f"This page is for {who.name}.",
    )


# ── The child's letter ───────────────────────────────────────────────────────────────────────────────────────────────


def letter(item: Letter, case: Casefile, known: OfDecision) -> Paper:
    """The child's letter. It is kept, so that it can be read again at eighteen."""
    pieces = list[Piece]()
    for name, section in LETTER.items():
        pieces.append(Piece(kind="heading", text=section.heading))
        text = getattr(item, name)
        pieces += _paragraphs(text) if text else [Piece(kind="gap", text=section.gap)]
        if name == "decided":
            pieces += _as_it_stands(text, offering.counts_for_child(known))
    if item.signed:
        pieces.append(Piece(kind="paragraph", text=f"From {item.signed}"))
    else:
        pieces.append(Piece(kind="gap", text="who signs the letter"))
    return Paper(
        sort="letter",
        title=f"A letter for {item.name}",
        lead=f"Dear {item.name},",
        pieces=tuple(pieces),
        foot="You can ask to talk about this letter at any time, also when you are grown up.",
    )


def outdated(item: Copy | Letter, case: Casefile, known: OfDecision) -> list[str]:
    """A sentence for each thing that its text says of whether the decision counts, and that is not so (any more)."""
    if not item.decision:
        return []
    child = _child(case)
    if isinstance(item, Copy):
        text, now = f"{item.decided}\n{item.who_decides}", offering.counts(known, child)
    else:
        text, now = item.decided, offering.counts_for_child(known)
    return [
        f"It says “{one}”, and that is not so now. Take it out: how the decision stands is printed by itself."
        for one in offering.standing_in(text, child)
        if one not in now
    ]


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_data(paper: Paper, mark: str, authority: str, invented: bool) -> dict[str, Any]:
    """`mark`: how it stands, as "Draft …" or "Filed on …"."""
    return {
        **paper.model_dump(),
        "pieces": [
            {**one.model_dump(), "text": GAP.format(one.text) if one.kind == "gap" else one.text}
            for one in paper.pieces
        ],
        "mark": mark,
        "authority": authority,
        "invented": INVENTED if invented else "",
    }


def pdf(paper: Paper, mark: str, authority: str = "", invented: bool = False) -> bytes:
    """The paper as tagged PDF (PDF/UA-1). Raises DocumentFailed."""
    return documents.pdf(TEMPLATE, _as_data(paper, mark, authority, invented))


def word(paper: Paper, mark: str, authority: str = "", invented: bool = False) -> bytes:
    """The paper as a Word file, to be read aloud, enlarged or translated."""
    import docx  # heavy
    from docx.shared import Cm, Pt

    data = documents.each_text(_as_data(paper, mark, authority, invented), documents.xml_text)
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.3)
    document.styles["Normal"].font.size = Pt(12)
    properties = document.core_properties
    properties.title, properties.author, properties.language = data["title"][:255], "Homeward", "en-GB"
    document.add_heading(data["title"], 0)
    for text in (data["authority"], data["invented"], data["mark"], data["lead"]):
        if text:
            document.add_paragraph(text)
    for one in data["pieces"]:
        _word_piece(document, one, paper.sort == "facts")
    document.add_paragraph(data["foot"])
    page.footer.paragraphs[0].text = data["mark"]
    documents.set_directions(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _word_piece(document: Any, piece: dict[str, Any], numbered: bool) -> None:
    """`numbered`: facts have their number already, and stand as paragraphs."""
    text, kind = piece["text"], piece["kind"]
    if kind == "heading":
        document.add_heading(text, 1)
    elif kind == "tick":
        for label in piece["more"]:
            document.add_paragraph(f"[   ] {label}", style="List Continue")
        document.add_paragraph(text)
    elif kind in ("fact", "bullet") and not numbered:
        document.add_paragraph(text, style="List Bullet")
        for more in piece["more"]:
            document.add_paragraph(more, style="List Continue")
    else:
        run = document.add_paragraph().add_run(text)
        run.bold, run.italic = kind in ("gap", "fact"), kind == "note"
    for _ in range({"room": 6, "tick": 2}.get(kind, 0)):
        document.add_paragraph("_" * 60)
