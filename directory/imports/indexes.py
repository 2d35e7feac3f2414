"""Inverted indexes of a first load: built after the rows when the directory is empty, never touched on a live one."""

from directory.imports import staging


def set_aside() -> None:
    """Drop the inverted indexes of empty tables if the directory is empty; `restore` in the same transaction."""
    staging.execute("SELECT import_set_indexes_aside()")


def restore() -> None:
    """Build what was set aside."""
    staging.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index is not built over checks that are pending
    staging.execute("SELECT import_restore_indexes()")
    staging.execute("SET CONSTRAINTS ALL DEFERRED")
