"""Tokens that a browser carries in an address: sealed, short-lived and readable by every process that has the secret.

Fernet (https://github.com/fernet/spec): encrypted with AES, authenticated with HMAC-SHA256, with the time it was made. Signed
alone, a token would show what it holds, and a seat's key would stand in the logs of a web server.
"""

import base64
import hashlib
import json
import logging
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

log = logging.getLogger(__name__)

VARIABLE = "HOMEWARD_SECRET"
FILE = "secret"
LONGEST = 2000
"""Characters of a token; anything longer is not looked at."""
SHORTEST_SECRET = 32


class SecretError(Exception):
    """The secret in the environment cannot be used; with a sentence for whoever starts the app."""


class Tokens:
    """Makes and reads tokens with one secret. Any thread may use it."""

    def __init__(self, secret: bytes | None = None) -> None:
        """Without a secret, one of its own that nobody else has."""
        key = hashlib.sha256(b"homeward tokens\n" + (secret or secrets.token_bytes(32))).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def make(self, purpose: str, *fields: str | None) -> str:
        """A token for a purpose that holds these fields. No two are the same, and no other purpose can be made of it."""
        return self._fernet.encrypt(json.dumps([purpose, *fields]).encode()).decode()

    def read(self, token: str, purpose: str, seconds: float) -> list[str | None] | None:
        """The fields of a token that was made for this purpose at most so many seconds ago; None for any other."""
        if len(token) > LONGEST:
            return None
        try:
            found, *fields = json.loads(self._fernet.decrypt(token, ttl=int(seconds)))
        except (InvalidToken, ValueError):  # ValueError: letters that are not ASCII
            return None
        return fields if found == purpose else None


def shared_secret(folder: Path) -> bytes:
    """The secret of all processes of one Homeward: $HOMEWARD_SECRET, else the file `secret` in a folder, made if missing.

    Raises SecretError. Where the file cannot be made or read, this process has a secret that no other one knows.
    """
    if given := given_secret():
        return given
    try:
        return _from_file(folder / FILE)
    except OSError as error:
        log.warning("No secret that processes share in %s (%s): set %s.", folder, error.strerror, VARIABLE)
        return secrets.token_bytes(32)


def existing_secret(folder: Path) -> bytes | None:
    """As :func:`shared_secret`, but none is made: None if there is none."""
    try:
        return given_secret() or (folder / FILE).read_bytes()
    except OSError:
        return None


def given_secret() -> bytes | None:
    """$HOMEWARD_SECRET, if it is set. Raises SecretError if it is too short."""
    given = os.environ.get(VARIABLE, "")
    if given and len(given) < SHORTEST_SECRET:
        raise SecretError(f"{VARIABLE} has to have at least {SHORTEST_SECRET} characters.")
    return given.encode() or None


def _from_file(path: Path) -> bytes:
    """Its content. Of several processes that make it at once one is first, and all read what that one wrote."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # with O_EXCL, for its owner only (0600)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(32))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(name, path)  # whole or not at all; fails if another process was first
        finally:
            os.unlink(name)
    return path.read_bytes()
