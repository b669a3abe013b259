"""Who this session is: the person who is signed in, or in open mode whoever a visitor has chosen to be.

Asked anew at every run and by every command, and never kept in a page's state: a block, a role that ended or a sign-in that has
lasted too long acts at the next of them.
"""

from framework.streams.kind import Actor

OPEN = "open"


def me() -> Actor:
    """Who this session is now. With a sign-in `id` is the person's; in open mode it is "" until somebody is chosen."""
    return Actor("", "", frozenset({OPEN}))


def signed_in() -> bool:
    """Whether this session is of somebody who has signed in, and still may be here."""
    return False


def open_mode() -> bool:
    """Whether the app runs without a sign-in: on invented cases only."""
    return True
