"""Protects: what can be taken away says what may be shared, and only that; the simulator takes nothing that is hidden."""

import csv
import io
from dataclasses import replace

import docx
import pypdf
import pytest

from framework.costs import figures as published
from framework.costs import model, words
from framework.outcomes import answers, episodes, files, report, sample, simulator, suppression, views
from framework.tables import Table
from pages.outcomes import charts
from pages.ui.charts import FILE_FONT
from tests.outcomes.made import Row, histories, reading


@pytest.fixture(scope="module")
def found() -> answers.Answers:
    made = sample.sample_files(sample.lives()).items()
    return answers.answer(episodes.read(files.find(files.Source(n, d) for n, d in made if not n.startswith("truth"))))


def pdf(shown: suppression.Sharable, paper: report.Paper) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(report.as_pdf(paper, charts.for_paper(shown, report.FONT))))


def test_the_report_is_tagged_and_its_numbers_are_rounded(found: answers.Answers) -> None:
    shown = suppression.sharable(found)
    paper = pdf(shown, report.committee(shown, sample=True))
    text = "".join(page.extract_text() for page in paper.pages)
    assert f"{shown.returns:,} returns home" in text and f"{found.returns:,} returns home" not in text
    assert report.MADE_UP in " ".join(text.split())


def test_who_may_have_gone_home_too_stands_beside_the_headline() -> None:
    def left(first: int, number: int, reason: str) -> list[Row]:
        return [(str(first + n), "01/05/2021", "S", "V2", "U6", "01/08/2021", reason) for n in range(number)]

    rows = [*left(0, 37, "E4A"), *left(100, 12, "E13"), *left(200, 3, "E41"), *left(300, 7, "E8")]
    made = answers.answer(reading(y2024=rows))
    shown = suppression.sharable(made)
    assert "without parental responsibility (10). Nor" in views.beside(shown)
    assert "may be to a parent (hidden)" in views.beside(shown)
    assert "(12). Nor" in views.beside(suppression.exact(made)) and "(3)." in views.beside(suppression.exact(made))
    assert report.committee(shown, sample=False).pieces[1] == views.beside(shown)
    none = suppression.sharable(answers.answer(reading(y2024=left(0, 37, "E4A"))))
    assert views.beside(none) == "" and "" not in report.committee(none, sample=False).pieces


def test_where_there_is_no_interval_it_says_why() -> None:
    rows = [(str(number), "01/05/2021", "S", "V2", "U6", "01/08/2021", "E4A") for number in range(37)]
    shown = suppression.sharable(answers.answer(reading(y2024=rows)))
    why = "No interval can be given after 3 months, 1 year, 2 years. Nobody came back in the time that these returns were followed."
    assert views.curve_note(shown) == f"{views.CURVE} {why}"
    assert views.curve_note(shown) in report.public(shown, sample=False).pieces


def test_who_lived_at_home_under_an_order_already_is_shown_apart() -> None:
    rows = [
        row
        for number in range(8)
        for row in (
            (str(number), "01/05/2021", "S", "C2", "U6", "01/07/2021", "X1"),
            (str(number), "01/07/2021", "P", "C2", "P1", "01/09/2021", "E4A"),
        )
    ]
    made = answers.answer(reading(y2022=rows))
    shown = suppression.sharable(made)
    assert "Of the returns home, 10 were of children who lived with their parents under the order" in views.under_order(
        shown
    )
    assert "Of the returns home, 8 were" in views.under_order(suppression.exact(made))
    assert ("returns home", "under an order", "lived there already", 10) in views.tidy_rows(shown)
    few = suppression.sharable(answers.answer(reading(y2022=rows[:6])))
    assert "Of the returns home, hidden were" in views.under_order(few)


def test_the_page_for_the_public_is_one_page(found: answers.Answers) -> None:
    shown = suppression.sharable(found)
    assert len(pdf(shown, report.public(shown, sample=True)).pages) == 1


@pytest.mark.parametrize("children", [8, 40, 150])
def test_papers_hold_where_nearly_everything_is_hidden(children: int) -> None:
    shown = suppression.sharable(answers.answer(reading(**histories(3, children))))
    for paper in (report.committee(shown, sample=False), report.public(shown, sample=False)):
        text = " ".join("".join(page.extract_text() for page in pdf(shown, paper).pages).split())
        assert "hidden" in text and views.NOT_A_FAILURE in text


def test_each_picture_says_in_words_what_it_shows(found: answers.Answers) -> None:
    shown = suppression.sharable(found)
    paper = report.committee(shown, sample=True)
    pictures = [piece for piece in paper.pieces if isinstance(piece, report.Picture)]
    document = docx.Document(io.BytesIO(report.as_word(paper, charts.for_paper(shown, FILE_FONT))))
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == [one.alt for one in pictures]
    year, point = shown.years.groups[0], shown.points[1]
    assert f"{year.name}: {year.returns} and {year.back}" in pictures[0].alt
    assert f"after 1 year {point.estimate}%" in pictures[1].alt


def test_what_is_hidden_stands_in_the_drawing_as_hidden() -> None:
    few = suppression.sharable(answers.answer(reading(**histories(3, 40))))
    assert any(year.back is None for year in few.years.groups)
    assert "hidden" in charts.for_paper(few, report.FONT)["returns"]


def test_word_holds_the_same_pieces(found: answers.Answers) -> None:
    shown = suppression.sharable(found)
    paper = report.committee(shown, sample=True)
    document = docx.Document(io.BytesIO(report.as_word(paper, charts.for_paper(shown, FILE_FONT))))
    assert len(document.tables) == sum(isinstance(piece, Table) for piece in paper.pieces)
    page, table = document.sections[0], document.tables[0]
    assert (page.page_width.mm, page.page_height.mm) == (pytest.approx(210, abs=1), pytest.approx(297, abs=1))
    assert sum(cell.width for cell in table.rows[0].cells) <= page.page_width - page.left_margin - page.right_margin
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in table.rows[0].cells)
    assert any(paragraph.text == views.NOT_A_FAILURE for paragraph in document.paragraphs)


def test_the_tidy_csv_holds_what_may_be_shared_and_exact_numbers_are_never_written(found: answers.Answers) -> None:
    shown = suppression.sharable(found)
    rows = list(csv.reader(io.StringIO(report.as_csv(shown).decode("utf-8-sig"))))
    assert rows[0] == ["measure", "breakdown", "group", "value"]
    counts = [int(row[3]) for row in rows[1:] if row[3] != "hidden" and "per cent" not in row[0]]
    assert len(counts) > 50 and all(count % 5 == 0 for count in counts)
    with pytest.raises(ValueError, match="not written"):
        report.as_csv(suppression.exact(found))
    for paper in (report.committee, report.public):
        with pytest.raises(ValueError, match="not written"):
            paper(suppression.exact(found), sample=False)


def test_the_simulator_takes_the_returns_and_the_curve_with_its_range(found: answers.Answers) -> None:
    shown = suppression.sharable(found)
    taken = simulator.take(shown)
    figures = published.load()
    scenario, sentences = model.from_query(figures, taken.fields)
    assert not sentences
    points = {point.name: point.estimate for point in shown.points}
    assert scenario.children == shown.years.groups[-1].returns
    assert (100 * scenario.rate, scenario.curve) == (points["2_years"], model.OWN)
    assert scenario.rate_range[0] < 0 < scenario.rate_range[1]
    assert not model.effect_given(scenario), "the effect is asked for, and not the published example's"
    assert words.taken_said(scenario).startswith(
        "Your own SSDA903 returns up to 31 March 2026 gave: how many children go home"
    )


def test_the_simulator_passes_through_each_point_of_the_curve_and_through_no_other(found: answers.Answers) -> None:
    """The five-year point once became years 3 and 4 along a straight line, and the point of three months was lost."""
    shown = replace(
        suppression.sharable(found),
        points=tuple(
            suppression.Point(name, estimate, estimate - 3, estimate + 3)
            for name, estimate in (("3_months", 9), ("1_year", 20), ("2_years", 26), ("5_years", 33))
        ),
    )
    scenario, sentences = model.from_query(published.load(), simulator.take(shown).fields)
    assert not sentences
    assert [(month, 100 * share) for month, share in model.points(published.load(), scenario)] == [
        (3, 9),
        (12, 20),
        (24, 26),
        (60, 33),
    ]


def test_the_simulator_takes_nothing_that_is_hidden(found: answers.Answers) -> None:
    few = suppression.sharable(answers.answer(reading(**histories(3, 8))))
    for shown in (few, suppression.exact(found)):
        with pytest.raises(simulator.NothingToTake):
            simulator.take(shown)


def test_a_hidden_number_is_called_hidden_and_never_0() -> None:
    shown = suppression.sharable(answers.answer(reading(**histories(3, 8))))
    table = views.group_table(shown.years)
    assert any("hidden" in row for row in table.rows) or table.rows[0][0] == "Too small to be shown"
