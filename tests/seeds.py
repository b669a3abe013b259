"""The runs of seven words of the five documents that the product was built from, as hashes.

Their sentences are copyright and are not in this repository. `python -m tests.seeds FOLDER` writes the hashes anew.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

RUN = 7
SIZE = 8
HASHES = Path(__file__).parent / "seed_shingles.bin"
"""Sorted BLAKE2b digests of eight bytes, one after the other."""


def runs(text: str) -> Iterator[str]:
    """Every run of seven words, in small letters and without marks."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold().replace("’", "").replace("'", ""))
    return (" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))


def digest(run: str) -> bytes:
    return blake2b(run.encode(), digest_size=SIZE).digest()


def digests_of(texts: Iterable[str]) -> frozenset[bytes]:
    """The digests of some texts. A word that a line's end divides is taken both ways: as one word and as two."""
    both = (way for text in texts for way in (text, re.sub(r"-\s*\n\s*", "", text)))
    return frozenset(digest(run) for text in both for run in runs(text))


def stored() -> frozenset[bytes]:
    data = HASHES.read_bytes()
    return frozenset(data[start : start + SIZE] for start in range(0, len(data), SIZE))


def of_folder(folder: Path) -> frozenset[bytes]:
    return digests_of(path.read_text("utf-8") for path in sorted(folder.glob("*.txt")))


if __name__ == "__main__":
    HASHES.write_bytes(b"".join(sorted(of_folder(Path(sys.argv[1])))))
