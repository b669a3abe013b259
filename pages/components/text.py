"""Text from people stays text, whatever characters it holds."""

import re


def plain(text: str) -> str:
    """Text for a Markdown label, with everything that Markdown could take for markup escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
