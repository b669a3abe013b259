"""The scenario as an Excel workbook with live formulas: change an input there and every result follows, equal to ours.

Inputs have names (children, rate, …), so that a formula reads like a sentence. The sheet Months is the cohort model of
`cohort`, a row a month. Only the simulation is a picture of the moment it was made; the sheet Ranges follows.
"""

import io
from math import ceil
from typing import Any

from framework import documents
from framework.costs import cohort, simulation, views, words
from framework.costs import scenario as sc
from framework.costs.figures import LONGEST, Figures

POINTS = 12
"""Rows for the curve on the sheet Inputs: (0, 0), up to ten points, and one beyond them all to end the last stretch."""
BEYOND = 100_000
"""Months of a curve's unused rows: later than anything that is looked at."""


def build(figures: Figures, scenario: sc.Scenario, title: str = "") -> bytes:
    """The workbook as bytes."""
    import xlsxwriter

    title = documents.cell_text(title)
    out = io.BytesIO()
    # Text from people must stay text: no formulas, links or numbers made of it.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title or "Cost scenario", "author": "Homeward", "comments": words.NOT_A_REASON})
        book.set_calc_mode("auto")
        look = _Look(book)
        sheets = {
            name: book.add_worksheet(name) for name in ("Answers", "Inputs", "Years", "Ranges", "Months", "Sources")
        }
        _inputs(book, sheets["Inputs"], look, figures, scenario)
        _months(sheets["Months"], look)
        outlook = cohort.outlook(figures, scenario)
        _years(book, sheets["Years"], look, outlook)
        _answers(book, sheets["Answers"], look, figures, scenario, outlook, title)
        _ranges(sheets["Ranges"], look, figures, scenario)
        _sources(sheets["Sources"], look, figures, scenario)
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


def _inputs(book: Any, sheet: Any, look: _Look, figures: Figures, scenario: sc.Scenario) -> None:
    edition = sc.edition_of(figures, scenario)
    kept = sc.kept(scenario, sc.answer_of(figures, scenario))
    sheet.set_column("A:A", 46)
    sheet.set_column("B:B", 16)
    sheet.set_column("C:C", 100)
    sheet.write("A1", "Inputs", look.title)
    sheet.write("A2", "Change the cells with a border; every other sheet follows.", look.under)
    sheet.write("A4", "Input", look.head)
    sheet.write("B4", "Value", look.number_head)
    sheet.write("C4", "Where it comes from", look.beside)

    def cited(name: str) -> str:
        figure = edition.figures[name]
        mark = " Reconstructed." if figure.provenance == "reconstructed" else ""
        return f"{figures.citations[figure.source]}{mark} {figure.note}"

    discount = figures.discount
    local = {"whole": "Your own figure or the published example", "blank": "Leave empty to use the published figure"}
    lines: list[tuple[str, str, str, Any, str]] = [
        ("children", "Children who go home in a year", "whole", scenario.children, local["whole"]),
        ("reentry_rate", "Share of them that comes back into care", "percent", scenario.rate, local["whole"]),
        (
            "own_kept",
            "More children kept at home by the support",
            "whole",
            scenario.kept,
            "Your own assumption. While it is empty, the next line counts",
        ),
        (
            "usual_effect",
            "Share of those who would come back that is kept at home",
            "percent",
            scenario.usual_effect,
            "As in the published example, where 8 of 36 break even. In whole children, half a child up",
        ),
        (
            "published_reentry",
            "A year back in care, published (£)",
            "money",
            edition.reentry_cost.value,
            cited("reentry_cost"),
        ),
        (
            "published_average",
            "Support for a child, published average (£)",
            "money",
            edition.support_average.value,
            cited("support_average"),
        ),
        ("published_low", "Support, low need (£)", "money", edition.support_low.value, cited("support_low")),
        (
            "published_medium",
            "Support, medium need (£)",
            "money",
            edition.support_medium.value,
            cited("support_medium"),
        ),
        ("published_high", "Support, high need (£)", "money", edition.support_high.value, cited("support_high")),
        (
            "use_mix",
            "Use the mix of needs below (1 = yes, 0 = no)",
            "whole",
            int(scenario.mix),
            "Without it, the published average is used",
        ),
        ("need_low", "Share with low need", "percent", scenario.need_low / 100, local["whole"]),
        ("need_medium", "Share with medium need", "percent", scenario.need_medium / 100, local["whole"]),
        ("need_high", "Share with high need", "percent", scenario.need_high / 100, local["whole"]),
        ("uprating", "Published prices times", "factor", scenario.uprating, _uprated(scenario, edition.price_year)),
        ("local_reentry", "A year back in care, your own figure (£)", "money", scenario.reentry_cost, local["blank"]),
        ("local_support", "Support for a child, your own figure (£)", "money", scenario.support_cost, local["blank"]),
        (
            "additional",
            "Share of the support that is new spending",
            "percent",
            scenario.additional,
            "The rest is being spent anyway",
        ),
        (
            "care_months",
            "Months in care of a child who comes back",
            "whole",
            scenario.months,
            "The published example counts one year",
        ),
        (
            "cohort_months",
            "Calendar months in which they go home",
            "whole",
            scenario.cohort_months,
            f"{scenario.start:%B %Y} to {scenario.end:%B %Y}",
        ),
        ("horizon", "Years to look ahead (1 to 10)", "whole", scenario.years, ""),
        (
            "discount_rate",
            "Discount rate a year",
            "percent",
            scenario.discount,
            f"{figures.citations[discount.source]} {discount.note}",
        ),
    ]
    for row, (name, label, kind, value, source) in enumerate(lines, 5):
        sheet.write(f"A{row}", label, look.text)
        if value is None:
            sheet.write_blank(f"B{row}", None, look.input[kind])
        else:
            sheet.write_number(f"B{row}", float(value), look.input[kind])
        _write_long(sheet, f"C{row}", source, look.quiet, 100)
        book.define_name(name, f"=Inputs!$B${row}")
    row = len(lines) + 6
    sheet.write(f"A{row}", "In force", look.head)
    sheet.write(f"B{row}", "Value", look.number_head)
    in_force = (
        (
            "reentry_cost",
            "A year back in care (£)",
            "=IF(ISNUMBER(local_reentry),local_reentry,published_reentry*uprating)",
        ),
        (
            "support_cost",
            "Support for a child (£)",
            "=IF(ISNUMBER(local_support),local_support,uprating*IF(use_mix=1,need_low*published_low"
            "+need_medium*published_medium+need_high*published_high,published_average))",
        ),
        (
            "kept",
            "More children kept at home",
            # ROUND first: Excel counts in binary, and 100 times 29% must be 29 children.
            "=IF(ISNUMBER(own_kept),own_kept,"
            "MIN(ROUND(ROUND(usual_effect*expected_reentries,9),0),INT(ROUND(expected_reentries,9))))",
        ),
    )
    values = (float(sc.reentry_cost(figures, scenario)), float(sc.support_cost(figures, scenario)), float(kept))
    formats = (look.pence, look.pence, look.whole)
    for offset, ((name, label, formula), value, format_) in enumerate(zip(in_force, values, formats, strict=True), 1):
        sheet.write(f"A{row + offset}", label, look.text)
        sheet.write_formula(f"B{row + offset}", formula, format_, value)
        book.define_name(name, f"=Inputs!$B${row + offset}")
    row += len(in_force) + 2
    sheet.write(f"A{row}", "When children come back", look.lead)
    sheet.write(f"A{row + 1}", "Months after the return (rising)", look.number_head)
    sheet.write(f"B{row + 1}", "Back in care", look.number_head)
    _write_long(
        sheet,
        f"C{row + 1}",
        "Share of all who went home. It says when they come back; how many is the share above. "
        f"Unused rows repeat the last share at {BEYOND:,} months and later.",
        look.quiet,
        100,
    )
    curve = [(0, 0.0), *((month, float(share)) for month, share in sc.points(figures, scenario))]
    curve += [(BEYOND + extra, curve[-1][1]) for extra in range(POINTS - len(curve))]
    first = row + 2
    for offset, (month, share) in enumerate(curve):
        sheet.write_number(f"A{first + offset}", month, look.input["whole"])
        sheet.write_number(f"B{first + offset}", share, look.input["percent"])
    book.define_name("curve_months", f"=Inputs!$A${first}:$A${first + POINTS - 1}")
    book.define_name("curve_shares", f"=Inputs!$B${first}:$B${first + POINTS - 1}")
    row = first + POINTS + 1
    sheet.write(f"A{row}", "Ranges, as a share of each figure", look.lead)
    sheet.write(f"A{row + 1}", "Figure", look.head)
    sheet.write(f"B{row + 1}", "By as much", look.number_head)
    ends = [(name, label, end) for name, label in _RANGED for end in ("lower", "higher")]
    for offset, (name, label, end) in enumerate(ends, row + 2):
        low, high = getattr(scenario, f"{name}_range")
        sheet.write(f"A{offset}", f"{label}, at {'lowest' if end == 'lower' else 'highest'}", look.text)
        sheet.write_number(f"B{offset}", (low if end == "lower" else high) / 100, look.input["percent"])
        book.define_name(f"{name}_{end}", f"=Inputs!$B${offset}")
    shares = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    for number, (name, *_) in enumerate(lines, 5):
        if name in ("reentry_rate", "additional", "discount_rate", "need_low", "need_medium", "need_high"):
            sheet.data_validation(f"B{number}", {**shares, "error_message": "Enter a share from 0% to 100%."})
        elif name in ("care_months", "cohort_months", "horizon", "children"):
            most = {"care_months": LONGEST, "cohort_months": 12, "horizon": 10, "children": sc.MOST_CHILDREN}[name]
            check = {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": most}
            sheet.data_validation(f"B{number}", {**check, "error_message": f"Enter a whole number from 1 to {most:,}."})
    sheet.freeze_panes(4, 0)


_RANGED = (
    ("rate", "How many come back"),
    ("reentry", "Cost of a year in care"),
    ("support", "Cost of support"),
    ("effect", "Children kept at home"),
)


def _uprated(scenario: sc.Scenario, price_year: int) -> str:
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
            f"=(MIN(A{row},cohort_months)-MIN(MAX(A{row}-{sc.SUPPORT_MONTHS},0),cohort_months))"
            f"/cohort_months/{sc.SUPPORT_MONTHS}",
            look.factor,
        )
    sheet.freeze_panes(4, 1)


def _years(book: Any, sheet: Any, look: _Look, outlook: cohort.Outlook) -> None:
    sheet.set_column("A:A", 8)
    sheet.set_column("B:B", 26)
    sheet.set_column("C:L", 16)
    sheet.write("A1", "Years", look.title)
    sheet.write("A2", "Years beyond the ones looked ahead show 0 and do not count.", look.under)
    heads = (
        "Year",
        "Months",
        "Counts (1 = yes)",
        "Care costs without support",
        "Care costs with support",
        "New spending on support",
        "Better or worse off",
        "Discount factor",
        "At today's value",
        "Position so far",
        "At or above zero from here on",
    )
    sheet.write("A4", heads[0], look.number_head)
    sheet.write("B4", heads[1], look.beside)
    sheet.write_row("C4", heads[2:], look.number_head)
    sheet.set_row(3, 48)
    first, last = 5, 4 + sc.MOST_YEARS
    care = f"SUMIF(Months!$B$5:$B${4 + LONGEST},A{{row}},Months!$F$5:$F${4 + LONGEST})/12"
    support = f"SUMIF(Months!$B$5:$B${4 + LONGEST},A{{row}},Months!$G$5:$G${4 + LONGEST})"
    for row in range(first, last + 1):
        index = row - first
        year = outlook.years[index] if index < len(outlook.years) else None
        sheet.write_number(f"A{row}", index + 1, look.whole)
        sheet.write(f"B{row}", year.label if year else "", look.quiet)
        sheet.write_formula(f"C{row}", f"=IF(A{row}<=horizon,1,0)", look.whole, int(year is not None))
        numbers = (
            (
                "D",
                f"=C{row}*children*reentry_rate*reentry_cost*{care.format(row=row)}",
                look.money,
                year and year.care_without,
            ),
            (
                "E",
                f"=C{row}*(children*reentry_rate-kept)*reentry_cost*{care.format(row=row)}",
                look.money,
                year and year.care_with,
            ),
            (
                "F",
                f"=C{row}*children*support_cost*additional*{support.format(row=row)}",
                look.money,
                year and year.support,
            ),
            ("G", f"=D{row}-E{row}-F{row}", look.money, year and year.net),
            ("H", f"=(1+discount_rate)^-(A{row}-1)", look.factor, year and year.factor),
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
            int(year is None or (outlook.turns is not None and year.number >= outlook.turns.number)),
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
    chart.set_title({"name": "Position so far, at today's value"})
    chart.set_legend({"none": True})
    chart.set_y_axis({"num_format": "£#,##0", "name": "£"})
    chart.set_x_axis({"name": "Year", "label_position": "low"})
    chart.set_size({"width": 900, "height": 340})
    sheet.insert_chart(f"A{last + 3}", chart, {"description": "Line chart of the position at the end of each year"})
    sheet.freeze_panes(4, 2)


def _answers(
    book: Any, sheet: Any, look: _Look, figures: Figures, scenario: sc.Scenario, outlook: cohort.Outlook, title: str
) -> None:
    answer = sc.answer_of(figures, scenario)
    sheet.set_column("A:A", 58)
    sheet.set_column("B:B", 18)
    sheet.set_column("C:C", 70)
    sheet.write("A1", title or "What support costs, and what failed returns cost", look.title)
    # A live sentence, so that it never contradicts the numbers below it.
    sheet.merge_range("A2:C2", "", look.lead)
    sheet.write_formula(
        "A2",
        '="Support for "&TEXT(children,"#,##0")&IF(children=1," family"," families")&IF(additional_support=0,'
        '" adds no new spending, so there is nothing to earn back.",IF(ISNUMBER(breakeven_rounded),IF(breakeven_rounded>expected_reentries,'
        '" would not pay for itself by savings alone.",'
        '" pays for itself if "&TEXT(breakeven_rounded,"#,##0")&IF(breakeven_rounded=1," more child stays",'
        '" more children stay")&" at home."),'
        '" cannot pay for itself here."))',
        look.lead,
        words.headline(scenario, answer),
    )
    sheet.set_row(1, 34)
    sheet.write("A4", "In one year", look.head)
    sheet.write("B4", "Answer", look.number_head)
    sheet.write("C4", "How", look.beside)
    exact = answer.breakeven_children
    rate = answer.breakeven_rate
    lines = (
        ("expected_reentries", "Children expected to come back", "=children*reentry_rate", look.number, answer.expected_reentries, "children × rate"),
        ("cost_of_one", "What one of them costs", "=reentry_cost*care_months/12", look.pence, answer.cost_of_one, "a year in care × months / 12"),
        ("expected_cost", "Expected cost without support", "=expected_reentries*cost_of_one", look.pence, answer.expected_cost, "children who come back × cost of one"),
        ("support_total", "Cost of support", "=children*support_cost", look.pence, answer.support_cost, "children × support for a child"),
        ("additional_support", "Of it, new spending", "=support_total*additional", look.pence, answer.additional_support_cost, "cost of support × new share"),
        ("breakeven", "More children at home to break even", '=IF(additional_support=0,0,IF(cost_of_one=0,"none",additional_support/cost_of_one))', look.number, "none" if exact is None else float(exact), "new spending / cost of one"),
        # ROUND first: Excel counts in binary, and a whole number must not be raised for its last bit.
        ("breakeven_rounded", "The same in whole children", '=IF(ISNUMBER(breakeven),ROUNDUP(ROUND(breakeven,9),0),"none")', look.whole, "none" if exact is None else float(answer.breakeven_children_rounded or 0), "the next whole number; a whole number stays"),
        ("breakeven_rate", "Re-entry rate at which it breaks even", '=IF(ISNUMBER(breakeven),IF(breakeven>expected_reentries,"none",reentry_rate-breakeven/children),"none")', look.percent, "none" if rate is None else float(rate), "rate − children to break even / children"),
        ("net_position", "Better or worse off with the children kept at home", "=kept*cost_of_one-additional_support", look.money, answer.net_position(sc.kept(scenario, answer)), "children kept at home × cost of one − new spending"),
    )  # fmt: skip
    for row, (name, label, formula, format_, value, how) in enumerate(lines, 5):
        sheet.write(f"A{row}", label, look.text)
        sheet.write_formula(f"B{row}", formula, format_, value if isinstance(value, str) else float(value))
        sheet.write(f"C{row}", how, look.quiet)
        book.define_name(name, f"=Answers!$B${row}")
    row = 5 + len(lines) + 1
    sheet.write(f"A{row}", "Over the years", look.head)
    sheet.write(f"B{row}", "Answer", look.number_head)
    sheet.write(f"C{row}", "How", look.beside)
    last = 4 + sc.MOST_YEARS
    turns = outlook.turns.number if outlook.turns else "not in this time"
    over = (
        ("end_position", "Position at the end, at today's value", "=INDEX(Years!$J$5:$J$14,horizon)", look.money, outlook.position, "sheet Years"),
        ("turning_year", "Year by whose end support has paid for itself for good", f'=IF(INDEX(Years!$K$5:$K${last},horizon)=0,"not in this time",MATCH(1,Years!$K$5:$K${last},0))', look.whole, turns, "the first year from which it stays at or above zero"),
    )  # fmt: skip
    for offset, (name, label, formula, format_, value, how) in enumerate(over, row + 1):
        sheet.write(f"A{offset}", label, look.text)
        sheet.write_formula(f"B{offset}", formula, format_, value)
        sheet.write(f"C{offset}", how, look.quiet)
        book.define_name(name, f"=Answers!$B${offset}")
    notes = (words.NOT_A_REASON, words.ROUNDING)
    for offset, note in enumerate(notes, row + 4):
        sheet.merge_range(f"A{offset}:C{offset}", note, look.text)


def _ranges(sheet: Any, look: _Look, figures: Figures, scenario: sc.Scenario) -> None:
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
        "effect": "IF(expected_reentries=0,0,kept/expected_reentries)",
    }
    most = {"rate": "1", "effect": "1"}
    swings = {swing.name: swing for swing in simulation.tornado(figures, scenario)}
    ours = {"rate": "rate", "reentry": "reentry_cost", "support": "support_cost", "effect": "effect"}
    formats = {"rate": look.percent, "reentry": look.pence, "support": look.pence, "effect": look.percent}
    for row, (name, label) in enumerate(_RANGED, 5):
        swing = swings[ours[name]]
        middle = centre[name]
        sheet.write(f"A{row}", label, look.text)
        high = f"{middle}*(1+{name}_higher)"
        if name in most:
            high = f"MAX({middle},MIN({most[name]},{high}))"
        sheet.write_formula(f"B{row}", f"={middle}*(1+{name}_lower)", formats[name], swing.low)
        sheet.write_formula(f"D{row}", f"={high}", formats[name], swing.high)
        for value, column, known in (("B", "C", swing.at_low), ("D", "E", swing.at_high)):
            share = f"IF({middle}=0,1,{value}{row}/({middle}))"
            formula = f"={saved}-{spent}*{share}" if name == "support" else f"={saved}*{share}-{spent}"
            sheet.write_formula(f"{column}{row}", formula, look.money, known)
        sheet.write_formula(f"F{row}", f"=ABS(E{row}-C{row})", look.money, swing.width)
    result = simulation.simulate(figures, scenario)
    sheet.write("A11", "The simulation when this file was made", look.lead)
    sheet.write(
        "A12", f"{result.draws:,} draws, seed {scenario.seed}. This table does not follow the inputs.", look.under
    )
    table = views.spread_table(result)
    sheet.write("A14", table.head[0], look.head)
    sheet.write_row("B14", table.head[1:], look.number_head)
    for row, (cells, year) in enumerate(zip(table.rows, result.years, strict=True), 15):
        sheet.write(f"A{row}", cells[0], look.text)
        sheet.write_number(f"B{row}", year.chance, look.percent)
        sheet.write_row(f"C{row}", (year.median, year.low80, year.high80, year.low95, year.high95), look.money)


def _sources(sheet: Any, look: _Look, figures: Figures, scenario: sc.Scenario) -> None:
    sheet.set_column("A:A", 110)
    sheet.write("A1", "Sources and assumptions", look.title)
    edition = sc.edition_of(figures, scenario)
    lines = [
        figures.citations[edition.source],
        edition.note,
        figures.citations[figures.example.source],
        figures.citations[figures.discount.source],
    ]
    if scenario.curve != sc.OWN:
        curve = figures.curves[scenario.curve]
        lines += [f"When children come back: {figures.citations[curve.source]} {curve.note}"]
    lines += [*ASSUMPTIONS, words.ROUNDING, words.NOT_A_REASON]
    for row, line in enumerate(lines, 3):
        _write_long(sheet, f"A{row}", line, look.text, 110)


def _write_long(sheet: Any, cell: str, text: str, format_: Any, width: int) -> None:
    """Text that may need more than one line, in a row that is high enough: not every program makes it so by itself."""
    sheet.write(cell, text, format_)
    lines = ceil(len(text) / (width * 0.95))
    if lines > 1:
        sheet.set_row(int(cell[1:]) - 1, 15 * lines)


ASSUMPTIONS = (
    "Children go home evenly over the cohort's months, each at the beginning of a month.",
    "Between the points of a curve children come back evenly; after its last point nobody does.",
    "A child who comes back is in care from that month on; support is paid for evenly over twelve months after the return.",
    "Costs that fall after the last year looked at are not counted. The first year counts in full; later ones are discounted.",
    "Only the new spending on support is set against what is saved, since the rest is spent anyway.",
)


def equal_to_ours(figures: Figures, scenario: sc.Scenario) -> dict[str, float | str]:
    """What the named answers must show for this scenario: the tests compare a recalculated workbook with these."""
    answer = sc.answer_of(figures, scenario)
    outlook = cohort.outlook(figures, scenario)

    def said(value: Any) -> float | str:
        return "none" if value is None else float(value)

    return {
        "expected_reentries": float(answer.expected_reentries),
        "cost_of_one": float(answer.cost_of_one),
        "expected_cost": float(answer.expected_cost),
        "support_total": float(answer.support_cost),
        "additional_support": float(answer.additional_support_cost),
        "breakeven": said(answer.breakeven_children),
        "breakeven_rounded": said(answer.breakeven_children_rounded),
        "breakeven_rate": said(answer.breakeven_rate),
        "kept": float(sc.kept(scenario, answer)),
        "net_position": float(answer.net_position(sc.kept(scenario, answer))),
        "end_position": outlook.position,
        "turning_year": float(outlook.turns.number) if outlook.turns else "not in this time",
    }
