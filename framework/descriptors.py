"""How many connections and files this process may have open at once."""

import logging
from contextlib import suppress

log = logging.getLogger(__name__)

WANTED = 65_536
"""For thousands of tabs. One takes two: what it asks and is answered, and the news; opening one takes six for some seconds."""
FEW = 4_096


def raise_limit() -> int:
    """Take as many as the operating system lets us without asking anybody; returns how many that is (0: it does not say).

    A shell gives 1,024, which 200 tabs use up; then nobody new is let in.
    """
    with suppress(ImportError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with suppress(ValueError, OSError):  # macOS lets no process have more than kern.maxfilesperproc
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                soft = wanted
        if 0 < soft < FEW:
            log.warning("No more than %d files and connections can be open at once: some %d tabs.", soft, soft // 5)
        return soft
    return 0
