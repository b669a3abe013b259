"""What Alembic runs to migrate; `framework.streams.store.database.migrate` gives it a connection in a transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
