"""Documents: PDF set by Typst, and text that Word and Excel files can hold. What people wrote never ends a document.

PDF/UA-1 forbids a sign that no font has, and Typst then makes no file at all. So `pdf` looks up first what its fonts
have: those in `fonts/`, and a Chinese and an emoji font where the system has one. What none of them has becomes a mark
that names it: “[emoji: party popper]”, “[not printed: Chinese U+738B]”.
"""

import json
import logging
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import regex

FONTS = Path(__file__).parent / "fonts"
REPORT = Path(__file__).parent / "report.typ"
"""The template of a report of any subject: `title`, `subtitle`, `footer` and `blocks`, each of these with its `kind`, `text`,
`entries` (bullets), `head`, `rows`, `widths` and, if all columns but the first are numbers, `figures` (table), or `alt` (figure; its
`text` is the name of a file)."""
FAMILIES = (
    "Libertinus Serif",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Bengali",
    "Noto Sans Ethiopic",
    "Noto Sans Gujarati",
    "Noto Sans Gurmukhi",
    "Noto Sans Hebrew",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Noto Sans Symbols 2",
)
"""The families in `fonts/`, in the order in which Typst tries them. Noto Sans has Devanagari, too.

Arabic and Bengali are Debian's edition of 2020: in later ones the dots of a letter are signs of their own, and then
Typst writes such letters twice into the text that a reader searches and hears. The others are those of
`@expo-google-fonts` on npm.
"""
SYSTEM_FAMILIES = (
    ("Noto Sans CJK SC", "Noto Serif CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    ("Noto Color Emoji", "Noto Emoji", "Segoe UI Emoji", "Apple Color Emoji"),
)  # fmt: skip
"""Families that Linux, Windows and macOS bring along: the first one found of each kind is used, if any."""
CELL_LIMIT = 32_767
"""Characters in a cell of Excel, counted in UTF-16 (Microsoft, “Excel specifications and limits”)."""
NAMED = 12
"""Signs that one mark names; of more it gives the number."""

_BREAK = regex.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_REMOVED = regex.compile(
    # Control characters but for a new line; characters that are never seen, but for those that join or part
    # letters, choose a form of a sign, or say where it may break; and the controls of direction that, left open,
    # would turn round the rest of a paragraph.
    r"(?!\n)\p{Cc}|(?![\u00ad\u200b-\u200f\u2060\u061c\ufe00-\ufe0f])(?![\U000e0020-\U000e007f])\p{Default_Ignorable_Code_Point}"
)
_UNSEEN = regex.compile(r"\n|\p{Default_Ignorable_Code_Point}")
_LOOSE_MARK = regex.compile(r"\p{Default_Ignorable_Code_Point}*\p{M}")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u20e3")
_NOT_XML = regex.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}

_log = logging.getLogger(__name__)


class DocumentFailed(Exception):
    """A document could not be made; its text is a sentence for whoever asked for it."""


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def pdf(template: Path, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """A document as tagged PDF (PDF/UA-1). Raises DocumentFailed.

    The template finds `data` in `sys.inputs.data` and the names of the fonts in `sys.inputs.fonts`, both as JSON, and
    `files` beside itself. All text in `data` goes through `printable`.
    """
    made: bytes = _set(template, data, files, format="pdf", pdf_standards=["ua-1"])
    return made


def first_page(template: Path, data: Mapping[str, Any], dots_an_inch: float = 80) -> bytes:
    """The first page of a document as a PNG picture. Raises DocumentFailed."""
    made: bytes | list[bytes] = _set(template, data, None, format="png", ppi=dots_an_inch)
    return made if isinstance(made, bytes) else made[0]


def _set(template: Path, data: Mapping[str, Any], files: Mapping[str, bytes] | None, **form: Any) -> Any:
    import typst  # heavy

    fonts = _fonts()
    inputs = {
        "data": json.dumps(each_text(data, printable), ensure_ascii=False),
        "fonts": json.dumps(list(fonts.coverage)),
    }
    compile_: Any = typst.compile  # its published types do not know that it takes files from memory
    try:
        return compile_(
            {"main.typ": _BREAK_LONG_WORDS + template.read_bytes(), **(files or {})},
            sys_inputs=inputs,
            font_paths=fonts.known,
            ignore_system_fonts=True,
            **form,
        )
    except (typst.TypstError, OSError) as error:
        _log.exception("%s could not be made", template.name)
        raise DocumentFailed(
            "The PDF could not be made, because something in it, or a file that it is made with, could not be used. Nothing that was recorded is lost. "
            "Please tell whoever looks after Homeward: its log says what it was."
        ) from error


# Typst breaks no line inside a word, so a web address or a long name would run over the next column or off the paper. It
# knows where words of Thai end, which have no spaces between them.
_BREAK_LONG_WORDS = rb"""#show regex("[\S&&[^\p{Thai}]]{24,}"): word => word.text.clusters().join(sym.zws)
"""


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text in it changed; the keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: each_text(entry, change) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [each_text(entry, change) for entry in value]
    return value


# ── Which signs the fonts have ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Fonts:
    known: Any
    """typst.Fonts: our folder, and those of the system's fonts that are used."""
    coverage: dict[str, frozenset[int]]
    """Family → the code points that every face of it has, in the order in which Typst tries the families."""
    plain: regex.Pattern[str]
    """A text of nothing but single signs that the first family has."""


@cache
def _fonts() -> _Fonts:
    import typst  # heavy

    system = {font.family: font.path for font in typst.Fonts(include_embedded_fonts=False).fonts() if font.path}
    first = (next((family for family in families if family in system), None) for families in SYSTEM_FAMILIES)
    chosen = [family for family in first if family]
    # Typst takes folders, not files, and the first of two equal faces: ours comes before another Noto Sans in theirs.
    known = typst.Fonts(False, False, [str(FONTS), *(str(Path(system[family]).parent) for family in chosen)])
    coverage: dict[str, frozenset[int]] = {}
    for family in (*FAMILIES, *chosen):
        faces = [_code_points(font.path, font.index) for font in known.fonts() if font.family == family]
        if faces:
            coverage[family] = frozenset.intersection(*faces)
    single = (chr(code) for code in coverage[FAMILIES[0]])
    signs = "".join(regex.escape(sign) for sign in single if unicodedata.category(sign)[0] in "LNPSZ")
    return _Fonts(known, coverage, regex.compile(f"[{signs}\n]*"))


def _code_points(path: str | None, index: int) -> frozenset[int]:
    """What the face can show; nothing, if its file cannot be read."""
    from fontTools.ttLib import TTFont

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except Exception:  # fontTools raises whatever its parsers raise on a damaged file
        _log.warning("The font %s cannot be read and is not used.", path)
        return frozenset()


@lru_cache(maxsize=10_000)
def _fitting(cluster: str) -> int:
    """How many signs of the cluster one font has, from its beginning: Typst sets a letter and its marks in one font."""
    return max(
        next((n for n, sign in enumerate(cluster) if ord(sign) not in codes and not _UNSEEN.match(sign)), len(cluster))
        for codes in _fonts().coverage.values()
    )


# ── Text that can be printed ─────────────────────────────────────────────────────────────────────────────────────────


def printable(text: str) -> str:
    """The text with nothing in it that our fonts lack: control characters go, and marks name what cannot be shown."""
    text = _REMOVED.sub("", _BREAK.sub("\n", _whole(text).replace("\t", " ")))
    if _fonts().plain.fullmatch(text):
        return text
    pieces: list[tuple[str, str]] = []
    for cluster in regex.findall(r"\X", text):
        pieces += _pieces(cluster)
    return "".join(
        "".join(sign for _, sign in run) if kind == "" else _mark(kind, [sign for _, sign in run])
        for kind, run in groupby(pieces, key=lambda piece: piece[0])
    )


def _whole(text: str) -> str:
    """The text with halves of surrogate pairs joined; a half that stands alone becomes U+FFFD, as Unicode advises."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _pieces(cluster: str) -> list[tuple[str, str]]:
    """The cluster as (what is lacking, signs): as much of it as one font has, then the rest."""
    if _LOOSE_MARK.match(cluster):
        cluster = f"◌{cluster}"  # a mark without a letter would be set in the font of whatever stands before it
    composed = unicodedata.normalize("NFC", cluster)
    for form in (cluster, composed):
        if _fitting(form) == len(form):
            return [("", form)]
    if _EMOJI.search(cluster):
        return [("emoji", cluster)]
    if cluster.isspace():
        return [("", " ")]
    fits = _fitting(composed)
    return [("", composed[:fits])] * bool(fits) + [("not printed", sign) for sign in composed[fits:]]


def _mark(kind: str, signs: list[str]) -> str:
    """“[emoji: party popper, thumbs up sign]”, “[not printed: Chinese U+738B, U+5C0F]”."""
    names = [_emoji_name(sign) for sign in signs[:NAMED]] if kind == "emoji" else _names(signs[:NAMED])
    more = len(signs) - NAMED
    return f"[{kind}: {', '.join(names)}{f' and {more:,} more' if more > 0 else ''}]"


def _emoji_name(cluster: str) -> str:
    """The names of the signs that make it up, but for what only joins or colours them; a flag by its letters."""
    if regex.search(r"\p{Regional_Indicator}", cluster):
        return "flag " + "".join(chr(ord(sign) - 0x1F1E6 + ord("A")) for sign in cluster if "🇦" <= sign <= "🇿")
    seen = _UNSEEN.sub("", cluster)
    named = " + ".join(_name(sign) for sign in regex.sub(r"(?<=.)\p{Emoji_Modifier}", "", seen))
    tags = "".join(chr(ord(sign) - 0xE0000) for sign in cluster if "\U000e0020" <= sign <= "\U000e007e")
    return f"{named} {tags}".rstrip()


def _names(signs: list[str]) -> list[str]:
    """A letter by its script, said once, and its code point; any other sign by its name."""
    names, script = [], ""
    for sign in signs:
        word = _name(sign).split()[0].upper()
        code = f"U+{ord(sign):04X}"
        if unicodedata.category(sign)[0] != "L":
            names.append(_name(sign))
        else:
            names.append(code if word == script or word.startswith("U+") else f"{_script(word)} {code}")
            script = word
    return names


def _script(word: str) -> str:
    return _SCRIPTS.get(word, word.capitalize())


def _name(sign: str) -> str:
    known = unicodedata.name(sign, "")
    return known.lower() if known else f"U+{ord(sign):04X}"


# ── Word and Excel ───────────────────────────────────────────────────────────────────────────────────────────────────


def xml_text(text: str) -> str:
    """The text without what XML 1.0 forbids (its `Char`): Word and Excel files are XML and would not open with it."""
    return str(_NOT_XML.sub("", _whole(text)))


def cell_text(text: str) -> str:
    """The text as a cell of Excel can hold it; what is too long ends with a note of how much is left out."""
    text = xml_text(text)
    if len(units := text.encode("utf-16-le")) <= 2 * CELL_LIMIT:
        return text
    kept = units[: 2 * (CELL_LIMIT - 100)].decode("utf-16-le", "ignore")
    return f"{kept} [cut: a cell of Excel holds no more; {len(text) - len(kept):,} characters are left out]"


# ── Direction in Word ───────────────────────────────────────────────────────────────────────────────────────────────────


def from_right(text: str) -> bool:
    """Whether the first letter is of a script that is written from right to left (Unicode's first strong character, UAX 9, P2)."""
    found = next((kind for sign in text if (kind := unicodedata.bidirectional(sign)) in ("L", "R", "AL")), "L")
    return found != "L"


_AFTER_BIDI = (
    "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
    "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
"""What follows `w:bidi` in `w:pPr` (ECMA-376, CT_PPrBase): Word refuses a file that has them in another order."""


def set_directions(document: Any) -> None:
    """Mark every paragraph of a document of python-docx that begins in such a script, so that Word sets it from right to left."""
    from docx.oxml import OxmlElement
    from docx.text.paragraph import Paragraph

    for element in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        one = Paragraph(element, None)  # type: ignore[arg-type]
        if from_right(one.text):
            element.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
            for run in one.runs:
                run.font.rtl = True
