"""Text from people stays text, whatever characters it holds."""

import re
from functools import lru_cache

_JOINER = "\u2060"
"""A character without width that nothing breaks at."""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text for a Markdown label, with what Markdown could take for markup escaped.

    Only that: a screen reader is given the label as it stands, backslashes and all, so ordinary punctuation stays. Web
    and mail addresses would become links even when they are escaped, so an invisible character keeps them apart.
    """
    apart = re.sub(r"(://|@|(?<=www)\.)", rf"{_JOINER}\1{_JOINER}", text, flags=re.IGNORECASE)
    return re.sub(r"([\\`*_\[\]<>:$~#|&!@])", r"\\\1", apart)
