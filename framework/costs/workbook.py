"""The scenario as an Excel workbook with live formulas: change an input there and every result follows, equal to ours.

What the page would refuse is said beside the cell, and no answer is shown until it is mended.

Inputs have names (children, rate, …), so that a formula reads like a sentence. The sheet Months is the cohort model of
`cohort`, a row a month. Only the simulation is a picture of the moment it was made; the sheet Ranges follows.
"""

import io
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

from framework import documents
from framework.costs import calculator, cohort, model, views, words
from framework.costs.figures import LONGEST, Figures
from framework.costs.reading import About, Reading, read
from framework.dates import uk

POINTS = 12
"""Rows for the curve on the sheet Inputs: (0, 0), up to ten points, and one beyond them all to end the last stretch."""
CHECK = "check inputs"
"""What stands in place of an answer while an input cannot be used."""
BEYOND = 100_000
"""Months of a curve's unused rows: later than anything that is looked at."""


def build(figures: Figures, scenario: model.Scenario, about: About) -> bytes:
    """The workbook as bytes."""
    import xlsxwriter

    title = documents.cell_text(about.scenario)
    reading = read(figures, scenario)
    out = io.BytesIO()
    # Text from people must stay text: no formulas, links or numbers made of it.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title or "Cost scenario", "author": "Homeward", "comments": words.NOT_A_REASON})
        book.set_calc_mode("auto")
        look = _Look(book)
        sheets = {
            name: book.add_worksheet(name)
            for name in ("Answers", "Inputs", "Map", "Years", "Ranges", "Months", "Sources")
        }
        _inputs(book, sheets["Inputs"], look, figures, scenario)
        _months(sheets["Months"], look)
        _years(book, sheets["Years"], look, reading.outlook)
        _answers(book, sheets["Answers"], look, scenario, reading, title)
        _map(book, sheets["Map"], look, scenario, reading)
        _ranges(sheets["Ranges"], look, scenario, reading)
        _sources(sheets["Sources"], look, figures, scenario, about)
        for sheet in sheets.values():
            sheet.hide_gridlines(2)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_row(0, 26)
        sheets["Answers"].activate()
    return out.getvalue()


class _Look:
    """The few formats, one place."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Arial", "font_size": 11, "valign": "top"}
        self.text = book.add_format({**base, "text_wrap": True})
        self.quiet = book.add_format({**base, "text_wrap": True, "font_color": "#4A5A5C", "align": "left", "indent": 1})
        self.title = book.add_format({**base, "bold": True, "font_size": 16})
        self.lead = book.add_format({**base, "bold": True, "font_size": 12, "text_wrap": True})
        self.head = book.add_format({**base, "bold": True, "bottom": 1, "text_wrap": True})
        self.beside = book.add_format({**base, "bold": True, "bottom": 1, "align": "left", "indent": 1})
        self.number_head = book.add_format({**base, "bold": True, "bottom": 1, "text_wrap": True, "align": "right"})
        self.under = book.add_format({**base, "font_color": "#4A5A5C"})
        money = "£#,##0;[Red]−£#,##0"
        self.money = book.add_format({**base, "num_format": money})
        self.pence = book.add_format({**base, "num_format": "£#,##0.00"})
        self.number = book.add_format({**base, "num_format": "#,##0.00"})
        self.whole = book.add_format({**base, "num_format": "#,##0"})
        self.percent = book.add_format({**base, "num_format": "0.0%"})
        self.exact = book.add_format({**base, "num_format": "0.0000%"})
        self.kept = book.add_format({**base, "num_format": "#,##0", "bold": True, "bottom": 1, "align": "right"})
        self.wrong = book.add_format({**base, "text_wrap": True, "bold": True, "font_color": "#A61C1C"})
        self.pays = book.add_format({"num_format": '"✓ "£#,##0', "bg_color": "#D6EDEF"})
        self.factor = book.add_format({**base, "num_format": "0.0000"})
        inputs = {**base, "bg_color": "#FFF6DC", "border": 1, "border_color": "#8A948F", "locked": False}
        self.input = {
            kind: book.add_format({**inputs, "num_format": format_})
            for kind, format_ in (
                ("money", "£#,##0.00"),
                ("percent", "0.0%"),
                ("whole", "#,##0"),
                ("factor", "0.0000"),
                ("general", "General"),
            )
        }


class _Line(NamedTuple):
    """A cell that somebody may change: its name in formulas, and what may stand in it."""

    name: str
    label: str
    kind: str
    value: Any
    source: str
    check: "_Check"


class _Check(NamedTuple):
    """What may stand in a cell: the test as a formula in which {c} is the cell, and what is said where it fails."""

    test: str
    sentence: str
    may_be_empty: bool = False

    def formula(self, cell: str) -> str:
        """Empty where the cell can be used; otherwise the sentence."""
        failed = f'IFERROR(IF({self.test.format(c=cell)},"","{self.sentence}"),"{self.sentence}")'
        number = f'IF(ISNUMBER({cell}),{failed},"{self.sentence}")'
        return f'=IF({cell}="","",{number})' if self.may_be_empty else f"={number}"


def _whole(least: int, most: int) -> _Check:
    return _Check(
        f"AND({{c}}=INT({{c}}),{{c}}>={least},{{c}}<={most})", f"Enter a whole number from {least:,} to {most:,}."
    )


SHARE = _Check("AND({c}>=0,{c}<=1)", "Enter a share from 0% to 100%.")
MONEY = _Check(
    f"AND({{c}}>=0,{{c}}<={model.MOST_MONEY},ROUND({{c}},2)={{c}})",
    f"Enter pounds and pence from £0 to £{model.MOST_MONEY:,}.",
)
KEPT = _Check(
    # ROUND first: Excel counts in binary, and 100 times 29% must be 29 children.
    "AND({c}=INT({c}),{c}>=0,{c}<=ROUND(children*reentry_rate,9))",
    "Enter a whole number, no more than the children who are expected to come back.",
    may_be_empty=True,
)
MIX = _Check(
    "AND({c}>=0,{c}<=1,OR(use_mix=0,ROUND(need_low+need_medium+need_high,9)=1))",
    "Low, medium and high need are shares that must add up to 100%.",
)
YEAR = _whole(1990, 2100)


def _optional(check: _Check) -> _Check:
    return check._replace(may_be_empty=True)


def _lines(figures: Figures, scenario: model.Scenario) -> tuple[_Line, ...]:
    """The sheet Inputs, from the top."""
    edition = model.edition_of(figures, scenario)

    def cited(name: str) -> str:
        figure = edition.figures[name]
        mark = " Reconstructed." if figure.provenance == "reconstructed" else ""
        return f"{figures.citations[figure.source]}{mark} {figure.note}"

    discount = figures.discount
    local = "Your own figure or the published example"
    blank = "Leave empty to use the published figure"
    cohort_ = f"{scenario.start:%B %Y} to {scenario.end:%B %Y}"
    given = "Half a child up. The published example breaks even with 8 of 36, which is no finding. Leave both empty if nobody knows"
    mix = words.mix_source(figures, scenario)
    return (
        _Line("children", "Children who go home in a year", "whole", scenario.children, local, _whole(1, model.MOST_CHILDREN)),
        _Line("reentry_rate", "Share of them that comes back into care", "percent", scenario.rate, local, SHARE),
        _Line("own_kept", "More children kept at home by the support", "whole", scenario.kept, "Your own assumption. While it is empty, the next line counts", KEPT),
        _Line("usual_effect", "Or: share of those who would come back that is kept at home", "percent", scenario.usual_effect, given, _optional(SHARE)),
        _Line("published_price_year", "Published figures are at prices of", "general", edition.price_year, edition.label, YEAR),
        _Line("published_reentry", "A child back in care, published (£)", "money", edition.reentry_cost.value, cited("reentry_cost"), MONEY),
        _Line("published_average", "Support for a child, published average (£)", "money", edition.support_average.value, cited("support_average"), MONEY),
        _Line("published_low", "Support, low need (£)", "money", edition.support_low.value, cited("support_low"), MONEY),
        _Line("published_medium", "Support, medium need (£)", "money", edition.support_medium.value, cited("support_medium"), MONEY),
        _Line("published_high", "Support, high need (£)", "money", edition.support_high.value, cited("support_high"), MONEY),
        _Line("use_mix", "Use the mix of needs below (1 = yes, 0 = no)", "whole", int(scenario.mix), "Without it, the published average is used", _whole(0, 1)),
        _Line("need_low", "Share with low need", "percent", scenario.need_low / 100, mix, SHARE),
        _Line("need_medium", "Share with medium need", "percent", scenario.need_medium / 100, mix, SHARE),
        _Line("need_high", "Share with high need", "percent", scenario.need_high / 100, mix, MIX),
        _Line("uprating", "Published prices times", "factor", scenario.uprating, _uprated(scenario, edition.price_year), _Check("AND({c}>=0.1,{c}<=10)", "Enter a factor from 0.1 to 10; 1.05 means 5% more.")),
        _Line("price_year", "Which raises them to prices of", "general", scenario.price_year, "Said beside the figures; may be empty", _optional(YEAR)),
        _Line("local_reentry", "A child back in care, your own figure for 12 months (£)", "money", scenario.reentry_cost, blank, _optional(MONEY)),
        _Line("local_support", "Support for a child, your own figure (£)", "money", scenario.support_cost, blank, _optional(MONEY)),
        _Line("additional", "Share of the support that is new spending", "percent", scenario.additional, "The rest is being spent anyway", SHARE),
        _Line("care_months", "Months in care of a child who comes back", "whole", scenario.months, words.source_of(figures, scenario, "months"), _whole(1, LONGEST)),
        _Line("cohort_months", "Calendar months in which they go home", "whole", scenario.cohort_months, cohort_, _whole(1, 12)),
        _Line("horizon", "Years to look ahead (1 to 10)", "whole", scenario.years, "", _whole(1, model.MOST_YEARS)),
        _Line("discount_rate", "Discount rate a year", "percent", scenario.discount, f"{figures.citations[discount.source]} {discount.note}", SHARE),
    )  # fmt: skip


def _inputs(book: Any, sheet: Any, look: _Look, figures: Figures, scenario: model.Scenario) -> None:
    sheet.set_column("A:A", 52)
    sheet.set_column("B:B", 16)
    sheet.set_column("C:C", 90)
    sheet.set_column("D:D", 60)
    sheet.write("A1", "Inputs", look.title)
    sheet.write("A2", "Change the cells with a border; every other sheet follows.", look.under)
    for column, head, format_ in (
        ("A", "Input", look.head),
        ("B", "Value", look.number_head),
        ("C", "Where it comes from", look.beside),
        ("D", "Check: empty is right", look.beside),
    ):
        sheet.write(f"{column}4", head, format_)
    lines = _lines(figures, scenario)
    for row, line in enumerate(lines, 5):
        _input(book, sheet, look, row, line)
        _write_long(sheet, f"C{row}", line.source, look.quiet, 90)
    row = _in_force(book, sheet, look, figures, scenario, len(lines) + 6)
    row = _curve(book, sheet, look, figures, scenario, row)
    last = _range_inputs(book, sheet, look, figures, scenario, row)
    sheet.write("A3", "All inputs can be used (1 = yes, 0 = no)", look.lead)
    sheet.write_formula("B3", f"=IF(SUMPRODUCT(--(LEN(D5:D{last})>0))=0,1,0)", look.whole, 1)
    book.define_name("inputs_ok", "=Inputs!$B$3")
    sheet.freeze_panes(4, 0)


def _input(book: Any, sheet: Any, look: _Look, row: int, line: _Line) -> None:
    cell = f"B{row}"
    sheet.write(f"A{row}", line.label, look.text)
    if line.value is None:
        sheet.write_blank(cell, None, look.input[line.kind])
    else:
        sheet.write_number(cell, float(line.value), look.input[line.kind])
    sheet.write_formula(f"D{row}", line.check.formula(cell), look.wrong, "")
    # The same test as the one in column D: what a program lets through, by pasting for example, is still said there.
    allowed = f"=AND(ISNUMBER({cell}),{line.check.test.format(c=cell)})"
    told = {
        "error_title": "This cannot be used",
        "error_message": line.check.sentence,
        "ignore_blank": line.check.may_be_empty,
    }
    sheet.data_validation(cell, {"validate": "custom", "value": allowed, **told})
    book.define_name(line.name, f"=Inputs!$B${row}")


def _in_force(book: Any, sheet: Any, look: _Look, figures: Figures, scenario: model.Scenario, row: int) -> int:
    sheet.write(f"A{row}", "In force", look.head)
    sheet.write(f"B{row}", "Value", look.number_head)
    kept = model.kept(scenario, model.answer_of(figures, scenario))
    lines: tuple[tuple[str, str, str, Any, Any], ...] = (
        (
            "reentry_cost",
            "A child back in care for 12 months (£)",
            "IF(ISNUMBER(local_reentry),local_reentry,published_reentry*uprating)",
            look.pence,
            float(model.reentry_cost(figures, scenario)),
        ),
        (
            "support_cost",
            "Support for a child (£)",
            "IF(ISNUMBER(local_support),local_support,uprating*IF(use_mix=1,need_low*published_low"
            "+need_medium*published_medium+need_high*published_high,published_average))",
            look.pence,
            float(model.support_cost(figures, scenario)),
        ),
        (
            "kept",
            "More children kept at home",
            "IF(ISNUMBER(own_kept),own_kept,IF(ISNUMBER(usual_effect),"
            f'MIN(ROUND(ROUND(usual_effect*expected_reentries,9),0),INT(ROUND(expected_reentries,9))),"{views.NOT_GIVEN}"))',
            look.whole,
            views.NOT_GIVEN if kept is None else float(kept),
        ),
    )
    for offset, (name, label, formula, format_, value) in enumerate(lines, row + 1):
        sheet.write(f"A{offset}", label, look.text)
        sheet.write_formula(f"B{offset}", _guarded(formula), format_, value)
        book.define_name(name, f"=Inputs!$B${offset}")
    return row + len(lines) + 2


def _guarded(formula: str, otherwise: str = f'"{CHECK}"') -> str:
    """The formula as long as all inputs can be used: no answer is shown for what the page would refuse."""
    return f"=IF(inputs_ok=1,{formula},{otherwise})"


def _curve(book: Any, sheet: Any, look: _Look, figures: Figures, scenario: model.Scenario, row: int) -> int:
    sheet.write(f"A{row}", "When children come back", look.lead)
    sheet.write(f"A{row + 1}", "Months after the return (rising)", look.number_head)
    sheet.write(f"B{row + 1}", "Back in care", look.number_head)
    _write_long(
        sheet,
        f"C{row + 1}",
        "Share of all who went home. It says when they come back; how many is the share above. "
        f"Unused rows repeat the last share at {BEYOND:,} months and later.",
        look.quiet,
        90,
    )
    curve = [(0, 0.0), *((month, float(share)) for month, share in model.points(figures, scenario))]
    curve += [(BEYOND + extra, curve[-1][1]) for extra in range(POINTS - len(curve))]
    first, last = row + 2, row + 1 + POINTS
    for offset, (month, share) in enumerate(curve):
        sheet.write_number(f"A{first + offset}", month, look.input["whole"])
        sheet.write_number(f"B{first + offset}", share, look.input["percent"])
    wrong = "The months must rise from 0, and the shares must not fall, lie from 0% to 100% and end above 0%."
    rising = f"SUMPRODUCT(--(A{first + 1}:A{last}<=A{first}:A{last - 1}))+SUMPRODUCT(--(B{first + 1}:B{last}<B{first}:B{last - 1}))"
    outside = f"SUMPRODUCT(--(B{first}:B{last}<0))+SUMPRODUCT(--(B{first}:B{last}>1))+IF(A{first}=0,0,1)+IF(MAX(B{first}:B{last})>0,0,1)"
    sheet.write_formula(
        f"D{row + 1}",
        f'=IF(COUNT(A{first}:B{last})<{2 * POINTS},"{wrong}",IF({rising}+{outside}>0,"{wrong}",""))',
        look.wrong,
        "",
    )
    book.define_name("curve_months", f"=Inputs!$A${first}:$A${last}")
    book.define_name("curve_shares", f"=Inputs!$B${first}:$B${last}")
    return last + 2


def _range_inputs(book: Any, sheet: Any, look: _Look, figures: Figures, scenario: model.Scenario, row: int) -> int:
    """The ranges, and the row of the last of them."""
    sheet.write(f"A{row}", "Ranges, as a share of each figure", look.lead)
    sheet.write(f"A{row + 1}", "Figure", look.head)
    sheet.write(f"B{row + 1}", "By as much", look.number_head)
    down = _Check("AND({c}>=-1,{c}<=0)", "Enter a share from -100% to 0%.")
    ends = [(name, label, end) for name, label in _RANGED for end in ("lower", "higher")]
    ours = dict(zip((name for name, _ in _RANGED), words.INPUT_NAMES, strict=True))
    for offset, (name, label, end) in enumerate(ends, row + 2):
        low, high = getattr(scenario, f"{name}_range")
        said = f"{label}, at {'lowest' if end == 'lower' else 'highest'}"
        value, check = (low, down) if end == "lower" else (high, SHARE)
        source = words.range_source(figures, scenario, ours[name])
        _input(book, sheet, look, offset, _Line(f"{name}_{end}", said, "percent", value / 100, source, check))
        sheet.write(f"C{offset}", source, look.quiet)
    return row + 1 + len(ends)


_RANGED = (
    ("rate", "How many come back"),
    ("reentry", "Cost of a child back in care"),
    ("support", "Cost of support"),
    ("effect", "Children kept at home"),
)


def _uprated(scenario: model.Scenario, price_year: int) -> str:
    to = f" to {scenario.price_year}" if scenario.price_year else ""
    return (
        f"Raises the published prices of {price_year}{to}; 1 leaves them as they are. Your own figures are not raised"
    )


def _months(sheet: Any, look: _Look) -> None:
    sheet.set_column("A:H", 15)
    sheet.write("A1", "Months", look.title)
    sheet.write(
        "A2", "The working: one row a month from the cohort's first day. Nothing here needs changing.", look.under
    )
    heads = (
        "Month",
        "Year",
        "Back so long after the return (share of all who come back)",
        "Summed",
        "Cohort: back by the end of the month",
        "Cohort: in care in the month",
        "Support paid for in the month",
    )
    sheet.write_row("A4", heads, look.number_head)
    sheet.set_row(3, 64)
    first, last = 5, 4 + LONGEST
    for row in range(first, last + 1):
        month = row - first + 1
        sheet.write_number(f"A{row}", month, look.whole)
        sheet.write_formula(f"B{row}", f"=INT((A{row}-1)/12)+1", look.whole, (month - 1) // 12 + 1)
        at = f"MATCH(A{row},curve_months,1)"
        sheet.write_formula(
            f"C{row}",
            f"=IF(MAX(curve_shares)=0,0,(INDEX(curve_shares,{at})+(A{row}-INDEX(curve_months,{at}))"
            f"*(INDEX(curve_shares,{at}+1)-INDEX(curve_shares,{at}))"
            f"/(INDEX(curve_months,{at}+1)-INDEX(curve_months,{at})))/MAX(curve_shares))",
            look.factor,
        )
        sheet.write_formula(f"D{row}", f"=C{row}+D{row - 1}" if month > 1 else f"=C{row}", look.factor)
        sheet.write_formula(
            f"E{row}",
            f"=(D{row}-IF(A{row}>cohort_months,INDEX(D${first}:D${last},MAX(A{row}-cohort_months,1)),0))/cohort_months",
            look.factor,
        )
        sheet.write_formula(
            f"F{row}",
            # ROUND takes away the last bits of binary fractions, which would show as −£0.
            f"=ROUND(E{row}-IF(A{row}>care_months,INDEX(E${first}:E${last},MAX(A{row}-care_months,1)),0),12)",
            look.factor,
        )
        sheet.write_formula(
            f"G{row}",
            f"=(MIN(A{row},cohort_months)-MIN(MAX(A{row}-{model.SUPPORT_MONTHS},0),cohort_months))"
            f"/cohort_months/{model.SUPPORT_MONTHS}",
            look.factor,
        )
    sheet.freeze_panes(4, 1)


def _years(book: Any, sheet: Any, look: _Look, outlook: cohort.Outlook | None) -> None:
    sheet.set_column("A:A", 8)
    sheet.set_column("B:B", 26)
    sheet.set_column("C:L", 16)
    sheet.write("A1", "Years", look.title)
    sheet.write(
        "A2",
        "Years beyond the ones looked ahead show 0 and do not count; so do all while no effect is entered.",
        look.under,
    )
    heads = (
        "Year",
        "Months",
        "Counts (1 = yes)",
        "Care costs without support",
        "Care costs with support",
        "New spending on support",
        "Better or worse off",
        "Discount factor",
        "At year 1 value",
        "Position so far",
        "At or above zero from here on",
    )
    sheet.write("A4", heads[0], look.number_head)
    sheet.write("B4", heads[1], look.beside)
    sheet.write_row("C4", heads[2:], look.number_head)
    sheet.set_row(3, 48)
    first, last = 5, 4 + model.MOST_YEARS
    care = f"SUMIF(Months!$B$5:$B${4 + LONGEST},A{{row}},Months!$F$5:$F${4 + LONGEST})/12"
    support = f"SUMIF(Months!$B$5:$B${4 + LONGEST},A{{row}},Months!$G$5:$G${4 + LONGEST})"
    for row in range(first, last + 1):
        index = row - first
        year = outlook.years[index] if outlook and index < len(outlook.years) else None
        sheet.write_number(f"A{row}", index + 1, look.whole)
        sheet.write(f"B{row}", year.label if year else "", look.quiet)
        sheet.write_formula(
            f"C{row}",
            f"=IF(inputs_ok=1,IF(AND(ISNUMBER(kept),A{row}<=horizon),1,0),0)",
            look.whole,
            int(year is not None),
        )
        numbers = (
            (
                "D",
                f"=IF(C{row}=1,children*reentry_rate*reentry_cost*{care.format(row=row)},0)",
                look.money,
                year and year.care_without,
            ),
            (
                "E",
                f"=IF(C{row}=1,(children*reentry_rate-kept)*reentry_cost*{care.format(row=row)},0)",
                look.money,
                year and year.care_with,
            ),
            (
                "F",
                f"=IF(C{row}=1,children*support_cost*additional*{support.format(row=row)},0)",
                look.money,
                year and year.support,
            ),
            ("G", f"=D{row}-E{row}-F{row}", look.money, year and year.net),
            ("H", f"=IF(inputs_ok=1,(1+discount_rate)^-(A{row}-1),0)", look.factor, year and year.factor),
            ("I", f"=G{row}*H{row}", look.money, year and year.discounted),
            ("J", f"=IF(C{row}=1,I{row}+{f'J{row - 1}' if index else '0'},0)", look.money, year and year.cumulative),
        )
        for column, formula, format_, value in numbers:
            sheet.write_formula(f"{column}{row}", formula, format_, value or 0)
        after = f"K{row + 1}" if row < last else "1"
        sheet.write_formula(
            f"K{row}",
            f"=IF(C{row}=0,1,IF(AND(J{row}>=-{cohort.HALF_A_PENNY},{after}=1),1,0))",
            look.whole,
            int(year is None or bool(outlook and outlook.turns and year.number >= outlook.turns.number)),
        )
    chart = book.add_chart({"type": "line"})
    chart.add_series(
        {
            "name": "Position so far",
            "categories": f"=Years!$A${first}:$A${last}",
            "values": f"=Years!$J${first}:$J${last}",
            "line": {"color": "#1B5E66", "width": 2.5},
            "marker": {"type": "circle", "size": 6},
        }
    )
    chart.set_title({"name": "Position so far, at year 1 value"})
    chart.set_legend({"none": True})
    chart.set_y_axis({"num_format": "£#,##0", "name": "£"})
    chart.set_x_axis({"name": "Year", "label_position": "low"})
    chart.set_size({"width": 900, "height": 340})
    sheet.insert_chart(f"A{last + 3}", chart, {"description": "Line chart of the position at the end of each year"})
    sheet.freeze_panes(4, 2)


def _plain(number: str, decimals: int, whole: str = "#,##0") -> str:
    """A number as text without trailing zeros, as a formula."""
    places = "#" * decimals
    return f'IF({number}=INT({number}),TEXT({number},"{whole}"),TEXT({number},"{whole}.{places}"))'


_WHOLE = 'TEXT(breakeven_rounded,"#,##0")'
_EXPECTED = _plain("ROUNDDOWN(ROUND(expected_reentries,9),2)", 2)
_RATE = f'{_plain("ROUND(reentry_rate*100,8)", 8, "0")}&"%"'
_LIMIT = "ROUNDDOWN(ROUND(breakeven_rate*100,9),1)"
_OUT_OF_REACH = "breakeven_rounded>ROUND(expected_reentries,9)"
_PRICES = (
    'published_price_year&" prices"&IF(uprating=1,"",", times "&'
    f"{_plain('ROUND(uprating,4)', 4, '0')}"
    '&IF(ISNUMBER(price_year)," for "&price_year,""))'
)
SENTENCES = {
    "said_headline": '"Support for "&TEXT(children,"#,##0")&IF(children=1," family"," families")&IF(additional_support=0,'
    '" adds no new spending, so there is nothing to earn back.",IF(ISNUMBER(breakeven_rounded),'
    f'IF({_OUT_OF_REACH}," would not pay for itself by savings alone: it would take "&{_WHOLE}&IF(breakeven_rounded=1," child",'
    f'" children")&" more at home, and "&{_EXPECTED}&" are expected to come back.",'
    f'" pays for itself if "&{_WHOLE}&IF(breakeven_rounded=1," more child stays"," more children stay")&" at home."),'
    '" cannot pay for itself here, because coming back into care costs nothing."))',
    "said_breakeven": 'IF(additional_support=0,"Whatever the re-entry rate, there is no new spending to earn back.",'
    f'IF(ISNUMBER(breakeven_rate),IF({_OUT_OF_REACH},"Counted in whole children, no re-entry rate is low enough to pay for the '
    f'support.","Support has paid for itself when "&IF({_LIMIT}=0,"none",{_plain(_LIMIT, 1, "0")}&"% or fewer")&" come back, '
    f'instead of "&{_RATE}&"."),"No re-entry rate is low enough to pay for the support."))',
    "said_prices": "IF(AND(ISNUMBER(local_reentry),ISNUMBER(local_support)),"
    '"All money is at the prices of your own figures. Make sure that both are of the same year.",'
    "IF(OR(ISNUMBER(local_reentry),ISNUMBER(local_support)),"
    f'"Two kinds of prices meet here: the published figure is at "&{_PRICES}&"; your own is as you entered it. The answers are '
    'right only if yours is at "&IF(ISNUMBER(price_year),price_year,published_price_year)&" prices, too.",'
    f'"All money is at "&{_PRICES}&IF(uprating=1,", not at today\'s.",".")))',
    "said_map": 'IF(additional_support=0,"Without new spending, there is nothing to earn back in any cell",'
    f'IF(ISNUMBER(breakeven_rounded),IF({_OUT_OF_REACH},"Where "&{_RATE}&" come back, support does not pay for itself: it takes "'
    f'&{_WHOLE}&" more at home, and "&{_EXPECTED}&" are expected to come back","Support pays for itself from "&{_WHOLE}'
    '&IF(breakeven_rounded=1," child"," children")&" kept at home"),'
    '"No number of children kept at home pays for the support"))',
}
"""The sentences that follow the inputs, as formulas: each says what `words` says of the same figures."""
_UNUSABLE = '"Something on the sheet Inputs cannot be used, so there is no answer. Column D there says what."'


def _said(said: words.Said) -> dict[str, str]:
    """What `SENTENCES` show when the file is opened."""
    _, _, breakeven, prices = said.sentences
    return {
        "said_headline": said.headline,
        "said_breakeven": breakeven,
        "said_prices": prices,
        "said_map": said.map_title,
    }


def _sentence(book: Any, sheet: Any, name: str, row: int, format_: Any, said: words.Said, last: str = "C") -> None:
    """A live sentence across a row, so that it never contradicts the numbers below it."""
    sheet.merge_range(f"A{row}:{last}{row}", "", format_)
    sheet.write_formula(f"A{row}", _guarded(SENTENCES[name], _UNUSABLE), format_, _said(said)[name])
    sheet.set_row(row - 1, 34)
    book.define_name(name, f"={sheet.get_name()}!$A${row}")


def _answers(book: Any, sheet: Any, look: _Look, scenario: model.Scenario, reading: Reading, title: str) -> None:
    sheet.set_column("A:A", 58)
    sheet.set_column("B:B", 18)
    sheet.set_column("C:C", 70)
    sheet.write("A1", title or "What support costs, and what failed returns cost", look.title)
    _sentence(book, sheet, "said_headline", 2, look.lead, reading.said)
    _sentence(book, sheet, "said_prices", 3, look.text, reading.said)
    row = _block(book, sheet, look, "For the children of one year", 4, _in_a_year(look, scenario, reading.answer))
    row = _block(book, sheet, look, "From gross to net", row, _gross_to_net(look, scenario, reading))
    row = _block(book, sheet, look, "Over the years", row, _over_years(look, reading.outlook))
    _sentence(book, sheet, "said_breakeven", row, look.text, reading.said)
    for offset, note in enumerate((words.NOT_A_REASON, words.ROUNDING), row + 1):
        sheet.merge_range(f"A{offset}:C{offset}", note, look.text)
        sheet.set_row(offset - 1, 34)


def _block(book: Any, sheet: Any, look: _Look, head: str, row: int, lines: tuple[tuple[str, ...], ...]) -> int:
    """A heading and its named answers; the row after the one that stays free below them."""
    sheet.write(f"A{row}", head, look.head)
    sheet.write(f"B{row}", "Answer", look.number_head)
    sheet.write(f"C{row}", "How", look.beside)
    for offset, (name, label, formula, format_, value, how) in enumerate(lines, row + 1):
        sheet.write(f"A{offset}", label, look.text)
        sheet.write_formula(f"B{offset}", _guarded(formula), format_, _shown(value))
        sheet.write(f"C{offset}", how, look.quiet)
        book.define_name(name, f"=Answers!$B${offset}")
    return row + len(lines) + 2


def _shown(value: Any) -> Any:
    return "none" if value is None else value if isinstance(value, str) else float(value)


def _in_a_year(look: _Look, scenario: model.Scenario, answer: calculator.Answer) -> tuple[Any, ...]:
    return (
        ("expected_reentries", "Children expected to come back", "children*reentry_rate", look.number, answer.expected_reentries, "children × rate"),
        ("cost_of_one", "What one of them costs", "reentry_cost*care_months/12", look.pence, answer.cost_of_one, "a child back in care × months / 12"),
        ("expected_cost", "Expected cost without support", "expected_reentries*cost_of_one", look.pence, answer.expected_cost, "children who come back × cost of one"),
        ("breakeven", "More children at home to break even", 'IF(additional_support=0,0,IF(cost_of_one=0,"none",additional_support/cost_of_one))', look.number, answer.breakeven_children, "new spending / cost of one"),
        # ROUND first: Excel counts in binary, and a whole number must not be raised for its last bit.
        ("breakeven_rounded", "The same in whole children", 'IF(ISNUMBER(breakeven),ROUNDUP(ROUND(breakeven,9),0),"none")', look.whole, answer.breakeven_children_rounded, "the next whole number; a whole number stays"),
        ("breakeven_rate", "Re-entry rate at which it breaks even, exactly", 'IF(ISNUMBER(breakeven),IF(ROUND(breakeven,9)>ROUND(expected_reentries,9),"none",MAX(0,reentry_rate-breakeven/children)),"none")', look.exact, answer.breakeven_rate, "rate − children to break even / children"),
    )  # fmt: skip


def _gross_to_net(look: _Look, scenario: model.Scenario, reading: Reading) -> tuple[Any, ...]:
    answer, kept = reading.answer, model.kept(scenario, reading.answer)
    net = views.NOT_GIVEN if kept is None else answer.net_position(kept)
    saved = views.NOT_GIVEN if kept is None else kept * answer.cost_of_one
    return (
        ("support_total", "Support for every child who goes home (gross)", "children*support_cost", look.pence, answer.support_cost, "children × support for a child"),
        ("paid_already", "Part of it that is being paid for already", "support_total-additional_support", look.pence, answer.support_cost - answer.additional_support_cost, "cost of support × (1 − new share)"),
        ("additional_support", "New spending on support", "support_total*additional", look.pence, answer.additional_support_cost, "cost of support × new share"),
        ("care_saved", "Care not needed", f'IF(ISNUMBER(kept),kept*cost_of_one,"{views.NOT_GIVEN}")', look.pence, saved, "children kept at home × cost of one"),
        ("net_position", "Better or worse off, whenever it falls (net)", f'IF(ISNUMBER(kept),kept*cost_of_one-additional_support,"{views.NOT_GIVEN}")', look.money, net, "care not needed − new spending"),
    )  # fmt: skip


def _over_years(look: _Look, outlook: cohort.Outlook | None) -> tuple[Any, ...]:
    last = 4 + model.MOST_YEARS
    turns = outlook and (outlook.turns.number if outlook.turns else "not in this time")
    position = f'IF(ISNUMBER(kept),INDEX(Years!$J$5:$J${last},horizon),"{views.NOT_GIVEN}")'
    year = f'IF(INDEX(Years!$K$5:$K${last},horizon)=0,"not in this time",MATCH(1,Years!$K$5:$K${last},0))'
    return (
        ("end_position", f"Position at the end, {words.VALUE}", position, look.money, outlook.position if outlook else views.NOT_GIVEN, "sheet Years"),
        ("turning_year", "Year by whose end support has paid for itself for good", f'IF(ISNUMBER(kept),{year},"{views.NOT_GIVEN}")', look.whole, turns or views.NOT_GIVEN, "the first year from which it stays at or above zero"),
    )  # fmt: skip


STEPS = 8
"""Columns of the sheet Map after the first: even steps up to twice the break-even. The last two columns are the scenario and the break-even."""


def _map(book: Any, sheet: Any, look: _Look, scenario: model.Scenario, reading: Reading) -> None:
    sheet.set_column("A:A", 20)
    sheet.set_column("B:L", 15)
    sheet.write("A1", "Map", look.title)
    _sentence(book, sheet, "said_map", 2, look.lead, reading.said, "L")
    sheet.merge_range("A3:L3", MAP_NOTE, look.under)
    answer, kept = reading.answer, model.kept(scenario, reading.answer)
    needed = answer.breakeven_children_rounded
    step = ceil(min(max(2 * (needed or 0), (kept or 0) + 2, STEPS), scenario.children) / STEPS)
    largest = f"MIN(MAX(2*N(breakeven_rounded),N(kept)+2,{STEPS}),children)"
    columns: list[tuple[str, Any]] = [
        (f"{number}*ROUNDUP({largest}/{STEPS},0)", number * step) for number in range(STEPS + 1)
    ]
    columns += [
        ("kept", views.NOT_GIVEN if kept is None else kept),
        ("breakeven_rounded", "none" if needed is None else needed),
    ]
    sheet.write("A4", "Come back", look.head)
    heads = [f"{number} of {STEPS} steps" for number in range(STEPS + 1)]
    for column, ((formula, value), head) in enumerate(
        zip(columns, [*heads, "This scenario", "Break-even"], strict=True), 1
    ):
        sheet.write(3, column, head, look.number_head)
        sheet.write_formula(4, column, _guarded(formula), look.kept, value)
    sheet.write("A5", "Kept at home", look.head)
    for row, points in enumerate(range(-20, 21, 5), 6):
        sheet.write_formula(
            f"A{row}",
            _guarded(f'IF(ABS(reentry_rate+{points}/100-0.5)<=0.5,ROUND(reentry_rate+{points}/100,10),"–")'),
            look.percent,
            _rate(scenario, points),
        )
        for column, (_, value) in enumerate(columns, 1):
            letter = chr(ord("A") + column)
            impossible = f"OR({letter}$5>ROUND(A{row}*children,9),{letter}$5>children)"
            formula = f'IF(AND(ISNUMBER($A{row}),ISNUMBER({letter}$5)),IF({impossible},"–",(A{row}*children-{letter}$5)*cost_of_one+additional_support),"–")'
            sheet.write_formula(row - 1, column, _guarded(formula), look.money, _cell(scenario, answer, points, value))
    pays = "AND(inputs_ok=1,ISNUMBER(B6),N(B$5)*N(cost_of_one)>=ROUND(N(additional_support),6))"
    sheet.conditional_format("B6:L14", {"type": "formula", "criteria": f"={pays}", "format": look.pays})
    sheet.freeze_panes(5, 1)


def _rate(scenario: model.Scenario, points: int) -> Any:
    rate = scenario.rate + Decimal(points) / 100
    return float(rate) if 0 <= rate <= 1 else "–"


def _cell(scenario: model.Scenario, answer: calculator.Answer, points: int, kept: Any) -> Any:
    rate = scenario.rate + Decimal(points) / 100
    if isinstance(kept, str) or not 0 <= rate <= 1 or kept > rate * scenario.children:
        return "–"
    return float((rate * scenario.children - kept) * answer.cost_of_one + answer.additional_support_cost)


MAP_NOTE = (
    "Each cell is what the children who go home in a year cost: care for those who come back, and the new spending on support. "
    "A tick marks where support pays for itself. It follows the inputs."
)


def _ranges(sheet: Any, look: _Look, scenario: model.Scenario, reading: Reading) -> None:
    sheet.set_column("A:A", 34)
    sheet.set_column("B:G", 20)
    sheet.write("A1", "Ranges", look.title)
    sheet.write(
        "A2", "What one figure alone does to the position at the end. These formulas follow the inputs.", look.under
    )
    sheet.write("A4", "Figure", look.head)
    heads = ("Lowest", "Position then", "Highest", "Position then", "Difference")
    sheet.write_row("B4", heads, look.number_head)
    saved = "SUMPRODUCT((Years!$D$5:$D$14-Years!$E$5:$E$14)*Years!$H$5:$H$14)"
    spent = "SUMPRODUCT(Years!$F$5:$F$14*Years!$H$5:$H$14)"
    centre = {
        "rate": "reentry_rate",
        "reentry": "reentry_cost",
        "support": "support_cost",
        "effect": "IF(expected_reentries=0,0,N(kept)/expected_reentries)",
    }
    most = {"rate": "1", "effect": "1"}
    swings = {swing.name: swing for swing in reading.swings}
    ours = {"rate": "rate", "reentry": "reentry_cost", "support": "support_cost", "effect": "effect"}
    formats = {"rate": look.percent, "reentry": look.pence, "support": look.pence, "effect": look.percent}
    for row, (name, label) in enumerate(_RANGED, 5):
        swing = swings.get(ours[name])
        middle = centre[name]
        sheet.write(f"A{row}", label, look.text)
        high = f"{middle}*(1+{name}_higher)"
        if name in most:
            high = f"MAX({middle},MIN({most[name]},{high}))"
        sheet.write_formula(
            f"B{row}",
            _with_effect(f"{middle}*(1+{name}_lower)"),
            formats[name],
            swing.low if swing else views.NOT_GIVEN,
        )
        sheet.write_formula(f"D{row}", _with_effect(high), formats[name], swing.high if swing else views.NOT_GIVEN)
        for value, column, known in (("B", "C", swing and swing.at_low), ("D", "E", swing and swing.at_high)):
            share = f"IF({middle}=0,1,{value}{row}/({middle}))"
            formula = f"{saved}-{spent}*{share}" if name == "support" else f"{saved}*{share}-{spent}"
            sheet.write_formula(
                f"{column}{row}", _with_effect(formula), look.money, views.NOT_GIVEN if known is None else known
            )
        width = swing.width if swing else views.NOT_GIVEN
        sheet.write_formula(f"F{row}", _with_effect(f"ABS(E{row}-C{row})"), look.money, width)
    result = reading.drawn
    if result is None:
        sheet.write("A11", "No simulation was drawn, because no effect was entered.", look.lead)
        return
    sheet.write("A11", "The simulation when this file was made", look.lead)
    sheet.write(
        "A12", f"{result.draws:,} draws, seed {scenario.seed}. This table does not follow the inputs.", look.under
    )
    sheet.write("A13", reading.said.uncertainty_title, look.under)
    table = views.spread_table(result)
    sheet.write("A14", table.head[0], look.head)
    sheet.write_row("B14", table.head[1:], look.number_head)
    for row, (cells, year) in enumerate(zip(table.rows, result.years, strict=True), 15):
        sheet.write(f"A{row}", cells[0], look.text)
        sheet.write_number(f"B{row}", year.chance, look.percent)
        sheet.write_row(f"C{row}", (year.median, year.low80, year.high80, year.low95, year.high95), look.money)


def _with_effect(formula: str) -> str:
    return _guarded(f'IF(ISNUMBER(kept),{formula},"{views.NOT_GIVEN}")')


def _sources(sheet: Any, look: _Look, figures: Figures, scenario: model.Scenario, about: About) -> None:
    sheet.set_column("A:A", 60)
    sheet.set_column("B:B", 90)
    sheet.write("A1", "Sources and assumptions", look.title)
    row = 3
    for label, value in about.lines():
        sheet.write(f"A{row}", label, look.head)
        _write_long(sheet, f"B{row}", documents.cell_text(value), look.text, 90)
        row += 1
    sheet.write(f"A{row + 1}", words.ASSUMED, look.lead)
    sheet.write(f"B{row + 1}", "What it rests on", look.head)
    row += 2
    for what, rests_on in words.assumed(figures, scenario):
        sheet.write(f"A{row}", what, look.text)
        sheet.write(f"B{row}", rests_on, look.text)
        sheet.set_row(row - 1, 15 * max(ceil(len(what) / 55), ceil(len(rests_on) / 85)))
        row += 1
    sheet.write(f"A{row + 1}", "Sources, and how it is worked out", look.lead)
    for offset, line in enumerate(_source_lines(figures, scenario), row + 2):
        sheet.merge_range(f"A{offset}:B{offset}", line, look.text)
        sheet.set_row(offset - 1, 15 * ceil(len(line) / 140))


def _source_lines(figures: Figures, scenario: model.Scenario) -> list[str]:
    edition = model.edition_of(figures, scenario)
    lines = [
        f"{edition.label}, {edition.price_year} prices: {figures.citations[edition.source]}",
        edition.note,
        figures.citations[figures.example.source],
        figures.citations[figures.discount.source],
    ]
    if scenario.curve != model.OWN:
        curve = figures.curves[scenario.curve]
        lines.append(f"When children come back: {figures.citations[curve.source]} {curve.note}")
    lines.append(f"Published figures as they were used from {uk(figures.as_at)} ({figures.id}).")
    return [*lines, *words.ASSUMPTIONS, words.ROUNDING, words.NOT_A_REASON]


def _write_long(sheet: Any, cell: str, text: str, format_: Any, width: int) -> None:
    """Text that may need more than one line, in a row that is high enough: not every program makes it so by itself."""
    sheet.write(cell, text, format_)
    lines = ceil(len(text) / (width * 0.95))
    if lines > 1:
        sheet.set_row(int(cell[1:]) - 1, 15 * lines)


def equal_to_ours(figures: Figures, scenario: model.Scenario) -> dict[str, float | str]:
    """What the named answers must show for this scenario: the tests compare a recalculated workbook with these."""
    shown = read(figures, scenario, draws=2)
    answer, outlook, kept = shown.answer, shown.outlook, model.kept(scenario, shown.answer)

    def said(value: Any, nothing: str = "none") -> float | str:
        return nothing if value is None else float(value)

    return {
        "expected_reentries": float(answer.expected_reentries),
        "cost_of_one": float(answer.cost_of_one),
        "expected_cost": float(answer.expected_cost),
        "support_total": float(answer.support_cost),
        "additional_support": float(answer.additional_support_cost),
        "breakeven": said(answer.breakeven_children),
        "breakeven_rounded": said(answer.breakeven_children_rounded),
        "breakeven_rate": said(answer.breakeven_rate),
        "kept": said(kept, views.NOT_GIVEN),
        "net_position": said(None if kept is None else answer.net_position(kept), views.NOT_GIVEN),
        "end_position": said(outlook and outlook.position, views.NOT_GIVEN),
        "turning_year": said(outlook.turns and outlook.turns.number, "not in this time")
        if outlook
        else views.NOT_GIVEN,
        **_said(shown.said),
    }
