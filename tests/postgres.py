"""A real PostgreSQL server for tests, from Debian's binaries, in a temporary folder, on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from framework.streams.store import Store
from framework.workspace import Workspace
from tests.watchdog import Watchdog

PASSWORD = "fictional-passw0rd"


class PostgresServer:
    """One server with its own data; `start` it, `create_database` for each test, `stop` it."""

    def __init__(self) -> None:
        self._binaries = _find_binaries() or _install()
        # PostgreSQL refuses to run as root; Debian's package brings a user for it.
        self._as_user: dict[str, Any] = (
            {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        )
        # In memory where the records of the tests are: each test copies a whole database.
        self.folder = Path(tempfile.mkdtemp(prefix="homeward-postgres-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        self._data = self.folder / "data"
        password_file = self.folder / "password"
        password_file.write_text(PASSWORD)
        if self._as_user:
            shutil.chown(self.folder, "postgres", "postgres")
            shutil.chown(password_file, "postgres", "postgres")
        self._run(
            *(
                "initdb",
                "--no-sync",
                "--username=tester",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
            ),
            *("--encoding=UTF8", "--locale=C", f"--pgdata={self._data}"),
        )
        self.port = free_port()
        self._watchdog: Watchdog | None = None
        self._templates: dict[str, str] = {}

    @property
    def pid(self) -> int:
        """The process that answers on its port."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def url(self, database: str = "postgres") -> str:
        """The address of a database on this server."""
        return f"postgresql://tester:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and return when it answers."""
        # Without fsync a power cut would lose data; a crash of the server, which tests do, would not.
        options = f"-c fsync=off -c max_wal_size=128MB -c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        self._run("pg_ctl", "start", "--wait", f"--pgdata={self._data}", f"--log={self.folder}/log", "-o", options)
        self._watchdog = Watchdog(f"kill -QUIT {self.pid}; sleep 1; rm -rf {self.folder}")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; "immediate" is a crash, after which it starts from its log."""
        if self._watchdog:
            self._watchdog.call_off()
        self._run("pg_ctl", "stop", "--wait", f"--pgdata={self._data}", f"--mode={mode}")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """None of its processes runs on; their connections stay open."""
        processes = [self.pid, *_children(self.pid)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def remove(self) -> None:
        """Stop it and remove its data."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, *, migrated: bool = False, started: bool = False) -> str:
        """The address of a new database: an empty one, one that a store has been opened in, or that the app has started on."""
        template = "template1"
        if migrated or started:
            template = self._template("started", _start_on) if started else self._template("migrated", _migrate)
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            # To copy the files is the quicker way without fsync, and the only one before version 15.
            copied = "STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {copied}")
        return self.url(name)

    def _template(self, name: str, fill: Callable[[str], None]) -> str:
        """The name of a database that is filled once and copied for every test."""
        if name not in self._templates:
            url = self.create_database()
            fill(url)
            self._templates[name] = url.rpartition("/")[2]
        return self._templates[name]

    def drop_database(self, url: str) -> None:
        """Drop it, whoever is still connected to it."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _run(self, program: str, *arguments: str) -> None:
        # Its output goes to a file: the server would inherit a pipe and keep it open.
        with tempfile.TemporaryFile("w+") as output:
            command = [str(self._binaries / program), *arguments]
            done = subprocess.run(command, stdout=output, stderr=output, cwd="/", **self._as_user)
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{program} failed: {output.read()}")


def _migrate(url: str) -> None:
    Store.open(url).close()


def _start_on(url: str) -> None:
    Workspace.open(url).store.close()


def _children(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition: Any, seconds: float = 20) -> None:
    """Return as soon as `condition()` is true; fail if that takes far too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what the test waits for did not happen")
        time.sleep(0.01)


def _find_binaries() -> Path | None:
    versions = [folder.parent for folder in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda folder: int(folder.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


def _install() -> Path:
    # Debian's package also starts a server of its own on port 5432; the tests leave it alone.
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "postgresql"]):
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        if binaries := _find_binaries():
            return binaries
    raise RuntimeError("These tests need PostgreSQL: install it, on Debian with `apt-get install postgresql`.")
