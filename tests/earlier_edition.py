"""An edition as an authority copied it, or a meeting stored it, before the answers of later releases came."""

import re
import shutil
from pathlib import Path

from framework import edition


def before_the_later_answers(folder: Path) -> Path:
    """A copy of the built-in edition as release 0.2.0 had it: nothing may not apply, and nobody had nothing to change."""
    copy = Path(shutil.copytree(edition.CONTENT / edition.DEFAULT, folder / "edition"))
    factors, rule = copy / "factors.toml", copy / "classification.toml"
    marks = re.compile(r"^(may_not_apply|may_not_apply_when|process|put_right_by) = .*\n", re.MULTILINE)
    factors.write_text(marks.sub("", factors.read_text("utf-8")), "utf-8")
    later = re.compile(r'\[\[dimension\.status\]\]\nid = "(not_applicable|not_needed)"\n(.+\n)*\n')
    text, count = later.subn("", rule.read_text("utf-8"))
    assert count == 3
    rule.write_text(text, "utf-8")
    return copy
