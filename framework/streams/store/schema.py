"""The tables, as queries name them. Their owner is `migrations`; a test holds the two together."""

import sqlalchemy as sa

metadata = sa.MetaData()
events = sa.Table(
    "events",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("payload", sa.Text),  # NULL: erased, and so is its salt
    sa.Column("salt", sa.Text),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("old_hash", sa.Text),  # of an event that release 0.3 or an earlier one wrote
    sa.UniqueConstraint("stream", "version", name="events_stream_version"),
    sqlite_autoincrement=True,
)
streams = sa.Table(
    "streams",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("head", sa.Integer, nullable=False),
    sa.Column("head_hash", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Column("index_rules", sa.Integer, nullable=False, server_default="0"),
    sa.Index("streams_kind_updated_at", "kind", "updated_at", "stream"),
)
stream_index = sa.Table(
    "stream_index",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Index("stream_index_key_value", "key", "value"),
)
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("seat", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("was", sa.Text, nullable=False),  # the text in the record that its writer began from
    sa.Column("at", sa.Text, nullable=False),
)
