"""Text from people stays text, whatever characters it holds."""

import re


def plain(text: str) -> str:
    """Text for a Markdown label, with what Markdown could take for markup escaped.

    Only that: a screen reader is given the label as it stands, backslashes and all, so ordinary punctuation stays.
    """
    return re.sub(r"([\\`*_\[\]<>:$~#|&!@]|(?<=www)\.)", r"\\\1", text)
