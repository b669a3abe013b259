"""Protects: what people write never ends a document, and comes out of it.

- words in the languages of English councils are in the PDF as text, in fonts that the project brings along;
- what no font has becomes a mark that names it, whatever the string; control characters and half signs go;
- a document that Typst refuses says so in a sentence;
- Word and Excel files open, whatever is in them.
"""

import io
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import documents
from framework.costs import figures as published
from framework.costs import reading, report, workbook
from framework.costs.model import default
from framework.costs.reading import About
from framework.documents import pdf, printable, xml_text
from framework.rollout import Rollout, checklist, fold, sample
from framework.rollout import documents as rollout
from framework.rollout import files as rollout_files
from framework.rollout.calendar import calendar
from tests.libreoffice import recalculate

CHECKLIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)

TEMPLATE = """
#let texts = json(bytes(sys.inputs.data)).texts
#set document(title: "Test " + texts.first())
#set text(lang: "en", font: json(bytes(sys.inputs.fonts)), fallback: false)
#set page(footer: [Footer #texts.last()])
= Heading #texts.first()
#for one in texts [Case #one · *#one* (_#one _) #parbreak()]
#table(columns: 2, table.header([*First*], [*Second*]), ..texts)
"""
WORDS = {
    "Welsh": "Siân Llŷr, y tŵr a’r dŵr",
    "Polish": "Łucja Żółć-Brzęczyszczykiewicz",
    "Somali": "Xaliimo Cabdullaahi Guuleed",
    "Turkish": "İlayda Şahin-Gündoğdu",
    "Romanian": "Ștefan Țurcanu",
    "Lithuanian": "Eglė Žąsytė",
    "Vietnamese": "Nguyễn Thị Hằng",
    "Yoruba": "Ọlúwáṣeun Adébáyọ̀",
    "Greek": "Ελένη Παπαδοπούλου",
    "Ukrainian": "Київ, Їжакевич Ґанна",
    "Arabic": "فاطمة الزهراء",
    "Urdu": "میں ٹھیک ہوں، بڑے بھائی ڈاکٹر ہیں",
    "Persian": "پرویز گلی ژاله چمن",
    "Kurdish": "ڕۆژان ئەحمەد",
    "Pashto": "ښاغلی ځوان ډېر",
    "Hebrew": "שלום לילדים",
    "Hindi": "प्रिया शर्मा ने कहा",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Bengali": "রহিমা খাতুন বলেছেন",
    "Gujarati": "પ્રિયા પટેલ",
    "Tamil": "தமிழ்ச்செல்வி",
    "Thai": "สมหญิง น้ำใจ",
    "Amharic": "ሰላም አበበ",
    "Tigrinya": "ትግርኛ ቋንቋ",
}
SIGNS = "½ £ € – “quoted” … → ≥ ≤ ≠ ☐ ☑ ✓ ✔ ★ ☎ ⚠ ♥ • ■"
ODD = (
    "",
    " ",
    "\n\n",
    "a\tb\r\nc\x0bd\x85e\u2028f",
    "\x00\x01\x1b[31m\x7f\x9f",
    "\ufeff\u200b\u2060\u00ad",
    "\ud83d",
    "\udc4d\ud83d",
    "\ufffe\uffff\ufdd0\U0010ffff",
    "\ue000\U000f0000",
    "\u202eturned round\u2066",
    "z\u0335\u0321\u0489\u20dd" + "\u0301" * 40,
    "\u0301first",
    "\n\u05bbafter a line\t\u08df",
    "क\u0308\u05bb",
    "\u200d\u0903",
    "ა\u0301",
    "𝕳𝖊𝖑𝖑𝖔 𝄞",
    "王小明，你好。さくら 한글",
    "🎉" * 50,
)
EMOJI = {
    "🎉": "party popper",
    "👍🏽": "thumbs up sign",
    "👩🏿‍🚀": "woman + rocket",
    "👨‍👩‍👧": "man + woman + girl",
    "🇵🇱": "flag PL",
    "🏴󠁧󠁢󠁷󠁬󠁳󠁿": "waving black flag gbwls",
}


@pytest.fixture(scope="module", autouse=True)
def _own_fonts_only() -> Iterator[None]:
    """As on a machine without a Chinese and an emoji font."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "SYSTEM_FAMILIES", ())
        _forget_fonts()
        yield
    _forget_fonts()


def _forget_fonts() -> None:
    documents._fonts.cache_clear()
    documents._fitting.cache_clear()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "test.typ"
    path.write_text(TEMPLATE, "utf-8")
    return path


def read(made: bytes) -> str:
    """The text as a browser finds and copies it. PDFium heeds what Typst says of letters made of several signs."""
    pages = pypdfium2.PdfDocument(made)
    return letters(" ".join(page.get_textpage().get_text_range() for page in pages))


def letters(text: str) -> str:
    """Without spaces and what is not seen; composed."""
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cn", "Cc"))


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def words(template: Path) -> str:
    made = pdf(template, {"texts": [*WORDS.values(), SIGNS]})
    assert b"pdfuaid" in made
    return read(made)


@pytest.mark.parametrize("language", WORDS)
def test_the_words_of_every_language_are_in_the_pdf_as_text(words: str, language: str) -> None:
    text = WORDS[language]
    assert printable(text) == text
    for word in text.split():
        assert letters(word) in words, word


def test_signs_that_people_tick_and_type_are_printed(words: str) -> None:
    assert printable(SIGNS) == SIGNS
    for sign in SIGNS.split():
        assert sign in words


def test_every_sign_that_the_fonts_have_can_be_set(template: Path) -> None:
    codes = sorted(set().union(*documents._fonts().coverage.values()))
    assert len(codes) > 8000
    assert pdf(
        template, {"texts": ["begins", *("".join(map(chr, codes[n : n + 50])) for n in range(0, len(codes), 50))]}
    )


def test_the_families_in_the_folder_are_those_that_are_named() -> None:
    import typst

    known = typst.Fonts(False, False, [str(documents.FONTS)])
    assert set(known.families()) == set(documents.FAMILIES) == set(documents._fonts().coverage)


def test_odd_text_ends_no_document(template: Path) -> None:
    made = read(pdf(template, {"texts": ["begins", *ODD, "\n".join(ODD), "ends"]}))
    assert "Casebegins" in made and "Caseends" in made


@pytest.mark.parametrize("word", ["W" * 80, "https://example.org/" + "a" * 300, "ж" * 80, "ب" * 200], ids=len)
def test_a_word_that_is_longer_than_a_line_stays_on_the_paper(template: Path, word: str) -> None:
    made = pdf(template, {"texts": ["begins", word, "ends"]})
    assert word in read(made)
    page = pypdfium2.PdfDocument(made)[0]
    text = page.get_textpage()
    ends = [text.get_charbox(n)[2] for n in range(text.count_chars())]
    assert max(ends) < page.get_width()


TRICKY = "\n\t \u00ad\u0301\u05bb\u0489\u0903\u093c\u200c\u200d\u2060\u202e\u20e3\ufe0f\ufeff\ufffe\ud83d\udc4d1aकب🇵🎉👩🏽🚀\U000e0067"
ANYTHING = st.text(st.characters(exclude_categories=()) | st.sampled_from(TRICKY), max_size=12)


@given(st.lists(ANYTHING, min_size=40, max_size=80))
@settings(max_examples=25, deadline=None)
def test_whatever_people_write_a_document_comes_out(template: Path, texts: list[str]) -> None:
    assert pdf(template, {"texts": ["begins", *texts]}).startswith(b"%PDF")


@given(ANYTHING)
@settings(max_examples=40, deadline=None)
def test_what_can_be_printed_stays_as_it_is(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    assert xml_text(once) == once


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_becomes_one_mark_that_names_it(emoji: str) -> None:
    assert printable(f"so {emoji} glad") == f"so [emoji: {EMOJI[emoji]}] glad"


def test_what_no_font_has_becomes_a_mark_that_names_it() -> None:
    assert printable("王小明") == "[not printed: Chinese U+738B, U+5C0F, U+660E]"
    assert printable("Ան B 𝄞") == "[not printed: Armenian U+0531, U+0576] B [not printed: musical symbol g clef]"
    assert printable("\ue000") == "[not printed: U+E000]"
    assert printable("王" * 4000).endswith("U+738B and 3,988 more]"), "a long text makes one short mark"
    assert printable("ა\u0301") == "[not printed: Georgian U+10D0, combining acute accent]"


def test_what_cannot_be_seen_goes_and_half_a_sign_is_shown_as_such() -> None:
    assert printable("a\tb\r\nc\x85d") == "a b\nc\nd"
    assert printable("\ufeffa\x00\x1b\u202eb") == "ab"
    assert printable("\ud83c\udf89 \ud83c!") == "[emoji: party popper] \ufffd!"
    assert printable("می\u200cخواهم") == "می\u200cخواهم", "Persian needs what parts letters"
    assert printable("\u0301x") == "◌\u0301x"


def test_chinese_and_emoji_are_printed_where_the_system_has_fonts(tmp_path: Path, template: Path) -> None:
    for family, sign in (("Noto Sans CJK SC", "王"), ("Noto Emoji", "🎉")):
        _font_with_one_sign(family, sign, tmp_path / "fonts")
    code = (
        "import json, sys; from pathlib import Path; from framework import documents as d;"
        "made = d.pdf(Path(sys.argv[1]), {'texts': ['王🎉']});"
        "print(json.dumps([d.printable('王小 🎉🥳'), made[:4].decode()]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(template)],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == [
        "王[not printed: Chinese U+5C0F] 🎉[emoji: face with party horn and party hat]",
        "%PDF",
    ]


def _font_with_one_sign(family: str, sign: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    pen = TTGlyphPen(None)
    for point in ((0, 0), (0, 700), (700, 700), (700, 0)):
        (pen.moveTo if point == (0, 0) else pen.lineTo)(point)
    pen.closePath()
    made = FontBuilder(1000)
    made.setupGlyphOrder([".notdef", "space", "sign"])
    made.setupCharacterMap({32: "space", ord(sign): "sign"})
    made.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "space": TTGlyphPen(None).glyph(), "sign": pen.glyph()})
    made.setupHorizontalMetrics({".notdef": (500, 0), "space": (300, 0), "sign": (800, 0)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    made.setupOS2()
    made.setupPost()
    made.save(folder / f"{family}.ttf")


def test_a_document_that_typst_refuses_says_so(tmp_path: Path) -> None:
    untitled = tmp_path / "untitled.typ"
    untitled.write_text("Text", "utf-8")  # PDF/UA-1 asks for a title
    with pytest.raises(documents.DocumentFailed, match=r"^The PDF could not be made.*is lost\..*log says"):
        pdf(untitled, {})


# ── The documents of the app ─────────────────────────────────────────────────────────────────────────────────────────

NAME = "میں ٹھیک ہوں Siân 🎉 王小明"
IN_PDF = ("میں", "ٹھیک", "ہوں", "Siân", "[emoji:partypopper]", "[notprinted:ChineseU+738B,U+5C0F,U+660E]")
EVERYTHING = "".join(map(chr, range(0x250))) + "".join(ODD) + NAME + "_x0041_ <b>&amp;</b> {{ title }} ]]>"


def odd_report() -> rollout.Report:
    blocks = [
        block
        for text in (NAME, *ODD, EVERYTHING)
        for block in (rollout.heading(f"About {text}"), rollout.paragraph(text), rollout.bullets(text, text))
    ]
    blocks.append(rollout.table(("Name", EVERYTHING), [(NAME, EVERYTHING)], (1, 2)))
    return rollout.Report(f"Report {NAME}", EVERYTHING, tuple(blocks), NAME)


def odd_rollout() -> Rollout:
    """As no command lets it be today: the record may have been written by another release, or by an import."""
    state = replace(fold(sample.load(CHECKLIST, NOW)), title=f"Roll-out {NAME}{EVERYTHING}")
    number, task = next((number, task) for number, task in state.tasks.items() if task.open and task.due)
    state.tasks[number] = task.model_copy(update={"notes": EVERYTHING, "title": NAME})
    state.facts["authority"] = "🎉" * 40_000
    return state


def test_the_papers_of_a_rollout_come_out_whatever_is_in_them() -> None:
    made = read(rollout.as_pdf(odd_report()))
    assert all(part in made for part in IN_PDF)
    word = docx.Document(io.BytesIO(rollout.as_word(odd_report())))
    assert NAME in [paragraph.text for paragraph in word.paragraphs], "Word has fonts of its own: nothing is marked"
    assert NAME in word.sections[0].footer.paragraphs[0].text


def test_the_paper_and_the_workbook_of_costs_come_out_whatever_the_title_is() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="620" height="260"><text y="20">£5</text></svg>'
    pictures = [report.Picture(NAME, EVERYTHING, svg)] * 3
    figures = published.load()
    scenario = default(figures)
    about = About(date(2026, 11, 24), NAME, NAME, NAME)
    made = read(report.build(figures, scenario, reading.read(figures, scenario), pictures, about))
    assert all(part in made for part in IN_PDF)
    everything = About(date(2026, 11, 24), EVERYTHING, EVERYTHING, EVERYTHING)
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(figures, scenario, everything)))
    assert book["Answers"]["A1"].value.endswith("王小明_x0041_ <b>&amp;</b> {{ title }} ]]>")


def test_the_tables_of_a_rollout_come_out_and_say_what_is_cut() -> None:
    state = odd_rollout()
    book = openpyxl.load_workbook(io.BytesIO(rollout_files.excel(state, CHECKLIST)))
    cells = [cell.value for page in book for row in page.iter_rows() for cell in row if cell.value]
    assert NAME in cells
    assert any(
        str(cell).endswith("[cut: a cell of Excel holds no more; 23,667 characters are left out]") for cell in cells
    )
    assert NAME.encode() in rollout_files.tasks_csv(state, CHECKLIST)
    assert rollout_files.csv_zip(state, CHECKLIST)
    assert b"BEGIN:VEVENT" in calendar(state, CHECKLIST, NOW)


def test_libreoffice_opens_the_workbook(tmp_path: Path) -> None:
    """An office program is stricter than the library that writes the file."""
    given, opened = tmp_path / "tables.xlsx", tmp_path / "opened"
    given.write_bytes(rollout_files.excel(odd_rollout(), CHECKLIST))
    recalculate([given], opened, tmp_path / "profile")
    page = openpyxl.load_workbook(opened / "tables.xlsx")["Tasks"]
    assert NAME in [cell.value for row in page.iter_rows() for cell in row]
