"""What is said of files that were read: codes and ids that are odd, columns that are not there, and why nothing could be used."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from framework.outcomes import cells
from framework.outcomes.files import Finding
from framework.outcomes.joining import Episodes
from framework.outcomes.rows import Notes, Part, Rejected, Vocabulary

UNKNOWN_CODES = ("RNE", "LS", "CIN", "PLACE", "REC")


def count_unknown_codes(episodes: Episodes, words: dict[str, Vocabulary], notes: Notes) -> int:
    """How many cells hold a code that is not in the guide."""
    total = 0
    for name in UNKNOWN_CODES:
        values = getattr(episodes, name.lower())
        known = words[name].known
        strange = values[values >= known]
        if len(strange):
            total += len(strange)
            texts = words[name].words()
            shown = ", ".join(
                f"“{cells.shown(texts[number])}”" for number, _ in Counter(strange.tolist()).most_common(5)
            )
            notes.say(
                f"Codes in {name} that are not in the guide: {shown} ({len(strange):,} rows). They are used as they stand."
            )
    return total


def say_leading_zeros(ids: Sequence[str], notes: Notes) -> None:
    """Ids that differ only by zeros in front: a spreadsheet may have eaten them in one year."""
    import pyarrow as pa
    from pyarrow import compute

    if compute.count_distinct(compute.utf8_ltrim(pa.array(ids, pa.string()), "0")).as_py() == len(ids):
        return
    groups: dict[str, list[str]] = defaultdict(list)
    for name in ids:
        groups[name.lstrip("0")].append(name)
    alike = [group for group in groups.values() if len(group) > 1]
    if alike:
        shown = "; ".join(" and ".join(cells.shown(name) for name in group) for group in alike[:3])
        notes.say(
            f"Child ids that differ only by zeros in front were kept apart ({len(alike)} times, such as {shown}). A spreadsheet may have taken the zeros away in one year."
        )


def say_lacking(parts: Sequence[Part], notes: Notes) -> None:
    without = {
        "RNE": "whether an episode starts a period cannot be checked",
        "PLACE": "placements, and returns under an order, cannot be told",
        "CIN": "need at entry cannot be shown",
    }
    for name, what in without.items():
        for part in parts:
            if name not in part.found.columns:
                notes.say(f"{part.found.file}: there is no column {name}, so {what}.")
    if all("PL_LOCATION" not in part.found.columns for part in parts):
        notes.say("Whether a placement was outside the authority cannot be shown: no file has the column PL_LOCATION.")


def nothing_found(finding: Finding) -> str:
    if not finding.tables and not finding.passed:
        return "No file was given that could hold an SSDA903 return (CSV, XML, zip or .xlsx)."
    if len(finding.passed) == 1 and not finding.tables:
        return f"{finding.passed[0].file}: {finding.passed[0].reason}"
    reasons = "; ".join(f"{one.file}: {one.reason}" for one in finding.passed[:3])
    return f"No Episodes table of an SSDA903 return was found, and without one there is nothing to count. {reasons}"


def no_rows(rejected: Sequence[Rejected]) -> str:
    if not rejected:
        return "The Episodes table has headings and no rows, so there is nothing to count."
    first = rejected[0]
    return f"No row of the Episodes table could be used. The first: {first.file}, line {first.line}: {first.reason}."
