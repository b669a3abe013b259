"""Work on what somebody brought, in a process of its own with bounded memory and time.

A file of 51 kB can be made so that a library takes 30 s and 2.6 GB to read it. In a process apart it takes no more than it is given, and
when that is used up only this process ends. Bounded by the operating system (`setrlimit`); on Windows, which has none of it, only
the time is. It is a bound and no sandbox: what the process returns is believed.

A process takes some 0.3 s to start, most of it for the libraries that read workbooks.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, TypeVar

AT_ONCE = 2
"""Processes; the next ones wait, so that many files together do not take the processor from everybody else."""
PATIENCE = 60.0
"""Seconds to wait for one's turn."""
T = TypeVar("T")
_ROOT = Path(__file__).parent.parent
_turns = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a piece of work may take."""

    seconds: int
    """Of the processor; twice as long by the clock."""
    megabytes: int
    """Of address space, of which Python and its libraries take some 200."""


class UsedUp(Exception):
    """The work took more than its bounds, or ended without a result. The sentence says which."""


def run(work: Callable[..., T], *arguments: Any, bounds: Bounds) -> T:
    """`work(*arguments)`, in another process. `work` stands in a module of framework/; arguments and result are pickled.

    Raises UsedUp, and whatever `work` raises.
    """
    if not _turns.acquire(timeout=PATIENCE):
        raise UsedUp("Other files are being read at this moment. Please try again in a minute.")
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(bounds.seconds), str(bounds.megabytes)],
            input=pickle.dumps((work, arguments)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=_environment(),
            timeout=2 * bounds.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsedUp(_too_long(bounds)) from None
    finally:
        _turns.release()
    if done.returncode or not done.stdout:
        out_of_memory = done.returncode == _NO_MEMORY
        raise UsedUp(_too_much(bounds) if out_of_memory else _too_long(bounds))
    result, error = pickle.loads(done.stdout)
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]


def _too_long(bounds: Bounds) -> str:
    return f"It takes longer than {bounds.seconds} seconds to read, so it was not read."


def _too_much(bounds: Bounds) -> str:
    return f"It takes more than {bounds.megabytes:,} MB of memory to read, so it was not read."


_NO_MEMORY = 3


def _environment() -> dict[str, str]:
    """Of this process's environment what Python needs to start; no address of a database and no secret."""
    kept = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "PYTHONPATH", "TMPDIR", "TEMP") if name in os.environ
    }
    return kept | {"OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}  # a thread takes address space


def _bound(seconds: int, megabytes: int) -> None:
    with suppress(ImportError):  # Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        with suppress(ValueError, OSError):  # macOS does not bound it
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _main() -> None:
    _bound(int(sys.argv[1]), int(sys.argv[2]))
    try:
        work, arguments = pickle.load(sys.stdin.buffer)
        try:
            answer: tuple[Any, Exception | None] = (work(*arguments), None)
        except MemoryError:
            raise
        except Exception as error:
            answer = (None, error)
        written = pickle.dumps(answer)
    except MemoryError:
        os._exit(_NO_MEMORY)  # without a traceback, for which there may be no memory either
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
