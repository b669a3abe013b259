"""The XML form of a return: EXPSSDA903 / CHILD / HEADER and EPISODE. Read by expat, which knows the line of every element.

A document type, and with it every entity of its own, is refused: a return has none, and they can grow without bound.
"""

from xml.parsers import expat

from framework.outcomes import cells
from framework.outcomes.delimited import Builder
from framework.outcomes.tables import Found, Unreadable

RENAMED = {"PL": "PLACE", "CHILDID": "CHILD"}
_HEADER = ["CHILD", "SEX", "DOB", "ETHNIC"]
_EPISODE = [
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST",
    "URN", "PL_LA", "PL_LOCATION", "PL_DISTANCE", "YEAR", "LA",
]  # fmt: skip
_OC2 = ["CHILD", "DOB", "SDQ_SCORE"]
LONGEST_TEXT = 10_000
DEEPEST = 30


def read(data: bytes, file: str) -> list[Found]:
    """The Episodes, Header and OC2 of the document. Raises Unreadable, also where it is cut off."""
    reading = _Reading(file)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    reading.parser = parser
    try:
        for at in range(0, len(data), 1 << 20):
            parser.Parse(data[at : at + (1 << 20)], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable(
            f"{file}: the XML stops or is broken at line {error.lineno} ({expat.errors.messages[error.code]}). Nothing of it was used; export it again."
        ) from None
    except (LookupError, ValueError):
        raise Unreadable(f"{file}: the XML says that it is written in an encoding that is not known here.") from None
    found = [one.found() for one in reading.tables if one.lines or one.refused]
    if not found:
        raise Unreadable(f"{file}: this XML holds no child of an SSDA903 return (EXPSSDA903, CHILD, HEADER, EPISODE).")
    # Columns that no row fills were not in the document; what needs them then says so.
    seen = reading.seen
    for one in found:
        one.columns = {name: column for name, column in one.columns.items() if name in seen or name == "CHILD"}
        if one.table == "Episodes" and "DECOM" not in one.columns:
            raise Unreadable(f"{file}: the episodes in this XML have no DECOM.")
    return found


class _Reading:
    """What the parser is in the middle of."""

    parser: expat.XMLParserType

    def __init__(self, file: str) -> None:
        self.file = file
        self.path: list[str] = []
        self.said: list[str] = []
        self.length = 0
        self.header: dict[str, str] = {}
        self.inner: dict[str, str] = {}
        self.line = 0
        self.seen: set[str] = {"DEC", "REC", "LS"}
        self.episodes, self.headers, self.oc2 = Builder(file, _EPISODE), Builder(file, _HEADER), Builder(file, _OC2)
        self.tables = (self.episodes, self.headers, self.oc2)

    def doctype(self, *_: object) -> None:
        raise Unreadable(
            f"{self.file}: this XML has a document type of its own (<!DOCTYPE>). A return has none, so it was not read."
        )

    def start(self, name: str, _: dict[str, str]) -> None:
        given, name = name, name.rpartition(":")[2].upper()
        if not self.path and name != "EXPSSDA903":
            raise Unreadable(
                f"{self.file}: this XML is no SSDA903 return: it begins with <{cells.shown(given)}>, not with <EXPSSDA903>."
            )
        self.path.append(RENAMED.get(name, name))
        if len(self.path) > DEEPEST:
            raise Unreadable(f"{self.file}: elements in this XML stand inside each other more than {DEEPEST} deep.")
        if name == "CHILD" and len(self.path) == 2:
            self.header = {}
        if name in ("EPISODE", "OC2"):
            self.inner, self.line = {}, self.parser.CurrentLineNumber
        if name == "HEADER":
            self.line = self.parser.CurrentLineNumber
        self.said, self.length = [], 0

    def text(self, piece: str) -> None:
        self.length += len(piece)
        if self.length > LONGEST_TEXT and not piece.isspace():
            raise Unreadable(
                f"{self.file}: line {self.parser.CurrentLineNumber} of this XML has a text that is too long for a return."
            )
        if self.length <= LONGEST_TEXT:
            self.said.append(piece)

    def end(self, _: str) -> None:
        name = self.path.pop()
        text = "".join(self.said).strip()
        self.said, self.length = [], 0
        parent = self.path[-1] if self.path else ""
        if name == "EPISODE":
            self._add(self.episodes, self.inner)
        elif name == "OC2":
            self._add(self.oc2, self.inner)
        elif name == "HEADER":
            self._add(self.headers, self.header)
        elif parent in ("EPISODE", "OC2"):
            self.inner.setdefault(name, text)
            self.seen.add(name)
        elif parent == "HEADER" or (parent == "CHILD" and len(self.path) == 2):
            self.header.setdefault(name, text)
            self.seen.add(name)

    def _add(self, builder: Builder, values: dict[str, str]) -> None:
        line = self.line or self.parser.CurrentLineNumber
        row = [self.header.get("CHILD", "") if name == "CHILD" else values.get(name, "") for name in builder.names]
        if builder is self.oc2:
            row[1] = self.header.get("DOB", "")
        builder.add(row, line)
        if builder is self.headers:
            self.line = 0
