"""The event store: everything that happened, append-only, each stream a hash chain, in SQLite or PostgreSQL.

`log` is the Store: what everybody uses. Behind it `writing` inserts events, `erasing` blanks them, `index` keeps what lists
and look-ups need, `drafts` what is being typed, `backup` copies all of it and restores it, `news` tells who listens, `chain` computes and checks the hashes, `schema` names the tables, and
`database` opens the database and says in plain words why it cannot.
"""

from framework.streams.store.backup import BackupRefused, Restored, backup, restore
from framework.streams.store.chain import (
    ERASED,
    FIRST_PREVIOUS_HASH,
    REGISTER,
    Broken,
    Verified,
    payload_digest,
    row_hash,
)
from framework.streams.store.database import DEFAULT_ADDRESS, StoreUnavailable, StreamDamaged, folder_of, missing_file
from framework.streams.store.drafts import Draft
from framework.streams.store.erasing import ErasedCount, Proof
from framework.streams.store.index import IndexChange, Listed
from framework.streams.store.log import Erased, HashedEvent, Store, StoredEvent, StreamHead, StreamInfo
from framework.streams.store.writing import Conflict, NewEvent, WrongKind

__all__ = [
    "DEFAULT_ADDRESS",
    "ERASED",
    "FIRST_PREVIOUS_HASH",
    "REGISTER",
    "BackupRefused",
    "Broken",
    "Conflict",
    "Draft",
    "Erased",
    "ErasedCount",
    "HashedEvent",
    "IndexChange",
    "Listed",
    "NewEvent",
    "Proof",
    "Restored",
    "Store",
    "StoreUnavailable",
    "StoredEvent",
    "StreamDamaged",
    "StreamHead",
    "StreamInfo",
    "Verified",
    "WrongKind",
    "backup",
    "folder_of",
    "missing_file",
    "payload_digest",
    "restore",
    "row_hash",
]
