"""The content security policy: what a page of ours may load and run."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import streamlit


def source_hash(inline: str) -> str:
    """How a policy names a script or style that stands in the page itself (Content Security Policy Level 3, 2.3.1)."""
    return f"'sha256-{b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def _inline_scripts() -> str:
    """Those of Streamlit's own page."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    return " ".join(map(source_hash, re.findall(r"<script>(.*?)</script>", page, re.DOTALL)))


POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' blob: {_inline_scripts()}",  # blob: is how Streamlit loads the scripts of components
        "style-src 'self' 'unsafe-inline'",  # Streamlit writes its styles while it runs
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""For every answer that has none of its own."""
