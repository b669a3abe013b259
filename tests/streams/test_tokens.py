"""Tokens that any process can read: sealed, for one purpose and for a while. And the secret they share."""

import base64
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from framework.streams.store import Store
from framework.streams.tokens import SecretError, Tokens, given_secret, shared_secret
from tests.server import ROOT

KEY = "ABCDEFGHJKLM"


def test_a_token_holds_its_fields_for_whoever_has_the_secret_and_for_nobody_else() -> None:
    one, another = Tokens(b"a secret"), Tokens(b"a secret")
    token = one.make("seat", "m1", KEY, None)
    assert another.read(token, "seat", 60) == ["m1", KEY, None]
    assert one.make("seat", "m1", KEY, None) != token
    assert Tokens(b"another secret").read(token, "seat", 60) is None
    assert Tokens().read(token, "seat", 60) is None


def test_a_token_serves_its_purpose_only_and_its_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens(b"a secret")
    token = tokens.make("seat", "m1")
    assert tokens.read(token, "live", 60) is None
    later = time.time() + 121
    monkeypatch.setattr("time.time", lambda: later)
    assert tokens.read(token, "seat", 120) is None
    assert tokens.read(token, "seat", 180) == ["m1"]


def test_a_token_shows_nothing_of_what_it_holds() -> None:
    token = Tokens(b"a secret").make("seat", "a meeting", KEY)
    for shown in (token.encode(), base64.urlsafe_b64decode(token)):
        assert KEY.encode() not in shown and b"meeting" not in shown


@pytest.mark.parametrize("change", ["", "x", "%00", "é", "\ud800", "x" * 100_000, "gAAAAA=="])
def test_what_is_no_token_allows_nothing(change: str) -> None:
    assert Tokens(b"a secret").read(change, "live", 60) is None


def test_a_token_with_a_letter_changed_allows_nothing() -> None:
    tokens = Tokens(b"a secret")
    token = tokens.make("live", "panel:x", "sam", "")
    for place in range(0, len(token) - 4, 7):
        other = "A" if token[place] != "A" else "B"
        assert tokens.read(token[:place] + other + token[place + 1 :], "live", 60) is None


def test_the_secret_stands_beside_the_database_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOMEWARD_SECRET", raising=False)
    store = Store.open(f"sqlite:///{tmp_path}/deep/homeward.db")
    assert store.folder == tmp_path / "deep"
    secret = shared_secret(store.folder)
    store.close()
    file = tmp_path / "deep" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(secret) >= 32 and shared_secret(file.parent) == secret
    assert shared_secret(tmp_path / "another") != secret
    assert not [one for one in file.parent.iterdir() if one.name.startswith(".secret")]


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from framework.streams.tokens import shared_secret; sys.stdin.readline(); print(shared_secret(Path(sys.argv[1])).decode())"
    environment = {name: value for name, value in os.environ.items() if name != "HOMEWARD_SECRET"}
    command = [sys.executable, "-c", script, str(tmp_path / "data")]
    pipe = subprocess.PIPE
    children = [subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe) for _ in range(4)]
    assert len({child.communicate(b"now\n")[0] for child in children}) == 1


def test_the_environment_gives_it_to_processes_on_several_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMEWARD_SECRET", "s" * 32)
    assert shared_secret(tmp_path) == b"s" * 32
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("HOMEWARD_SECRET", "too short")
    with pytest.raises(SecretError, match="at least 32 characters"):
        given_secret()


def test_where_no_file_can_be_made_the_app_goes_on_with_a_secret_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOMEWARD_SECRET", raising=False)
    (tmp_path / "data").write_text("a file where the folder should be")
    assert len(shared_secret(tmp_path / "data")) == 32
