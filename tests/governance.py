"""Writes the Word files in docs/governance/ from the TOML files beside them: `python -m tests.governance`.

Each sentence of a source stands with what proves it (a test, a setting or a page), or it is a gap for the authority.
"""

import io
import zipfile
from pathlib import Path
from typing import Any, Self

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from pydantic import BaseModel, ConfigDict, Field, model_validator

from framework import loading

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "governance"
LANGUAGE = "en-GB"
FONT = "Arial"
GAP = "[The authority: {}]"
ABOUT = (
    "This is a draft for an authority that means to use Homeward. It is not advice, and nobody has approved it. "
    "A gap in square brackets is for the authority to fill in. Below each sentence about Homeward stands what proves it: "
    "a test that fails if it is no longer so, a setting, or a page."
)
ABOUT_TEST = "tests/test_governance.py::test_each_sentence_has_a_proof_that_exists_or_is_a_gap"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(_Model):
    """A sentence with one proof, or a gap."""

    says: str = ""
    test: str = ""
    """`tests/….py::test_…`"""
    setting: str = ""
    """A variable of the environment, with the document that describes it: `HOMEWARD_… in docs/….md`."""
    page: str = ""
    """An address of the app (`people`), or a document and its heading (`docs/security.md, “Open”`)."""
    gap: str = ""

    @model_validator(mode="after")
    def _proved_or_missing(self) -> Self:
        proofs = [one for one in (self.test, self.setting, self.page) if one]
        if bool(self.says) == bool(self.gap) or len(proofs) != bool(self.says):
            raise ValueError("a line says something and names one proof, or it is a gap")
        return self

    @property
    def proof(self) -> str:
        """What stands below the sentence."""
        if self.test:
            path, _, name = self.test.partition("::")
            return f"Shown by the test “{name.removeprefix('test_').replace('_', ' ')}” in {path}"
        if self.setting:
            return f"Set by {self.setting}"
        return f"See {self.page}" if self.page.startswith("docs/") else f"See the page /{self.page} of the app"


class Part(_Model):
    heading: str
    level: int = Field(default=1, ge=1, le=2)
    lines: tuple[Line, ...] = ()


class Draft(_Model):
    title: str
    part: tuple[Part, ...] = Field(min_length=1)


def sources() -> list[Path]:
    return sorted(FOLDER.glob("*.toml"))


def read(path: Path) -> Draft:
    """A source. Raises LoadingError with the file, the key and the reason."""
    error = loading.LoadingError
    return loading.validate(Draft, loading.parse(loading.read(path, error), path.name, error), path.name, error)


def word(draft: Draft) -> bytes:
    """The Word file of a draft, the same to the byte each time."""
    document = docx.Document()
    _style(document)
    document.core_properties.title, document.core_properties.author = f"{draft.title}: a draft", "Homeward"
    document.core_properties.language = LANGUAGE
    document.add_heading(draft.title, 0)
    _line(document, Line(says=ABOUT, test=ABOUT_TEST))
    for part in draft.part:
        document.add_heading(part.heading, part.level)
        for line in part.lines:
            _line(document, line)
    out = io.BytesIO()
    document.save(out)
    return _dated_alike(out.getvalue())


def _line(document: Any, line: Line) -> None:
    if line.gap:
        run = document.add_paragraph().add_run(GAP.format(line.gap))
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        return
    said = document.add_paragraph(line.says)
    said.paragraph_format.space_after, said.paragraph_format.keep_with_next = 0, True
    document.add_paragraph(line.proof, style="Proof")


def _style(document: Any) -> None:
    """A4, one typeface, and British English: python-docx's own template is a US letter in US English."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    proof = styles.add_style("Proof", 1)
    proof.base_style, proof.font.size, proof.font.color.rgb = styles["Normal"], Pt(8.5), RGBColor(0x50, 0x50, 0x50)
    proof.paragraph_format.space_after = Pt(9)
    for name, size in {"Normal": 11, "Title": 22, "Heading 1": 15, "Heading 2": 12}.items():
        style = styles[name]
        style.font.size = Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1D, 0x3A, 0x4A)
    # A page is read on paper, too: its number stands at the foot.
    foot = page.footer.paragraphs[0]
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = foot.add_run()
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)


def _dated_alike(raw: bytes) -> bytes:
    """The same parts, dated alike: a zip file holds the time at which each was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in parts.namelist():
            again.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    for source in sources():
        source.with_suffix(".docx").write_bytes(word(read(source)))
