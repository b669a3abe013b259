"""The event store: everything that happened, append-only, each stream a hash chain, in SQLite or PostgreSQL.

`log` appends and reads, `chain` computes and checks the hashes, `database` opens the database and says in
plain words why it cannot.
"""

from framework.streams.store.chain import FIRST_PREVIOUS_HASH, Broken, row_hash
from framework.streams.store.database import StoreUnavailable, missing_file
from framework.streams.store.log import Conflict, NewEvent, Store, StoredEvent, StreamInfo

__all__ = [
    "FIRST_PREVIOUS_HASH",
    "Broken",
    "Conflict",
    "NewEvent",
    "Store",
    "StoreUnavailable",
    "StoredEvent",
    "StreamInfo",
    "missing_file",
    "row_hash",
]
