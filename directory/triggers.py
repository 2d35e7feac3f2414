"""The journal's triggers: what stamps, keeps and refuses every write to a directory table, bulk SQL included."""

import pgtrigger

# Columns that tell about the row rather than about the thing; a change of them alone is no change.
BOOKKEEPING = (
    "version",
    "changed_position",
    "created_at",
    "updated_at",
    "first_event_id",
    "event_id",
    "sources",
)
_WRITES = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

_GUARD = """
IF journal_event() IS NULL OR journal_position() <> journal_now_position() THEN
    RAISE EXCEPTION 'unrecorded write to %: call journal.record() first, in the same transaction', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
"""

_STAMP = """
SELECT jsonb_object_agg(after.key, journal_event()) INTO changed
FROM jsonb_each(to_jsonb(NEW)) AS after
JOIN jsonb_each(to_jsonb(OLD)) AS before USING (key)
WHERE after.value IS DISTINCT FROM before.value AND after.key <> ALL ('{{{bookkeeping}}}'::text[]);
NEW.first_event_id := OLD.first_event_id;
NEW.sources := OLD.sources;
NEW.event_id := OLD.event_id;
IF changed IS NOT NULL{touched} THEN
    NEW.sources := OLD.sources || coalesce(changed, '{{}}');
    NEW.event_id := journal_event();
END IF;
{root}
RETURN NEW;
"""

_STAMP_ROOT = """
NEW.version := OLD.version;
NEW.created_at := OLD.created_at;
NEW.updated_at := OLD.updated_at;
NEW.changed_position := OLD.changed_position;
IF NEW.event_id <> OLD.event_id THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := journal_time();
    NEW.changed_position := journal_position();
END IF;
"""

# EXECUTE plans anew each time: a plan made for the few rows of a session's first statement joined the 31,555 of a
# later one by nested loop, which took 480 s.
_KEEP = """
EXECUTE $statement$
    INSERT INTO directory_history (table_name, row_id, entry_id, data, event_id, position, at)
    SELECT $1, old_rows.{key}, {entry}, to_jsonb(old_rows), journal_event(), journal_position(), journal_time()
    FROM old_rows {condition}
$statement$ USING TG_TABLE_NAME;
RETURN NULL;
"""

# An array, for which no plan is quadratic: where a table had been analysed while nearly empty, a join with it was
# planned as a nested loop over whole tables, which took minutes for 57,000 rows.
_TOUCH = """
touched := ARRAY({changed});
EXECUTE 'UPDATE {root} SET changed_position = 0 WHERE {root_key} = ANY ($1) AND event_id <> journal_event()'
    USING touched;
RETURN NULL;
"""


def _guard() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="journal_guard", when=pgtrigger.Before, operation=_WRITES, level=pgtrigger.Statement, func=_GUARD
    )


def _stamp(*, is_root: bool) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="journal_stamp",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        declare=[("changed", "jsonb")],
        func=_STAMP.format(
            bookkeeping=",".join(BOOKKEEPING),
            # A touch sets the change order to 0: something shown with the row changed, not the row itself.
            touched=" OR NEW.changed_position = 0 AND OLD.event_id <> journal_event()" if is_root else "",
            root=_STAMP_ROOT if is_root else "",
        ),
    )


def _keep(operation: pgtrigger.Operation, *, key: str, entry: str) -> pgtrigger.Trigger:
    is_update = operation is pgtrigger.Update
    new = f"JOIN new_rows USING ({key}) WHERE new_rows.event_id <> old_rows.event_id"
    fresh = "WHERE old_rows.event_id <> journal_event() OR old_rows.first_event_id <> old_rows.event_id"
    return pgtrigger.Trigger(
        name=f"journal_keep_{'update' if is_update else 'delete'}",
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows" if is_update else None),
        func=_KEEP.format(
            key=key, entry=f"old_rows.{entry}" if entry else "NULL", condition=new if is_update else fresh
        ),
    )


def _touch(operation: pgtrigger.Operation, *, key: str, parent: str, root: str, root_key: str) -> pgtrigger.Trigger:
    name, changed, sides = {
        pgtrigger.Insert: ("insert", f"SELECT {parent} FROM new_rows", {"new": "new_rows"}),
        pgtrigger.Delete: ("delete", f"SELECT {parent} FROM old_rows", {"old": "old_rows"}),
        pgtrigger.Update: (
            "update",
            # An update that changed nothing keeps its event, and touches nobody.
            f"SELECT unnest(ARRAY[old_rows.{parent}, new_rows.{parent}]) FROM old_rows JOIN new_rows USING ({key})"
            " WHERE new_rows.event_id <> old_rows.event_id",
            {"old": "old_rows", "new": "new_rows"},
        ),
    }[operation]
    return pgtrigger.Trigger(
        name=f"journal_touch_{name}",
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(**sides),
        declare=[("touched", "text[]" if root_key == "code" else "uuid[]")],
        func=_TOUCH.format(root=root, root_key=root_key, changed=changed),
    )


def root(*, key: str = "id", entry: str = "") -> list[pgtrigger.Trigger]:
    """The triggers of a table with a version of its own; `entry` names the column with the entry it belongs to."""
    return [
        _guard(),
        _stamp(is_root=True),
        _keep(pgtrigger.Update, key=key, entry=entry),
        _keep(pgtrigger.Delete, key=key, entry=entry),
    ]


def child(
    *, key: str = "id", parent: str = "entry_id", root: str = "directory_entry", root_key: str = "id"
) -> list[pgtrigger.Trigger]:
    """The triggers of a table whose rows are shown with a root row: a change of one is a change of the other."""
    entry = parent if root == "directory_entry" else ""
    return [
        _guard(),
        _stamp(is_root=False),
        _keep(pgtrigger.Update, key=key, entry=entry),
        _keep(pgtrigger.Delete, key=key, entry=entry),
        *(
            _touch(operation, key=key, parent=parent, root=root, root_key=root_key)
            for operation in (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)
        ),
    ]


def constant(column: str) -> pgtrigger.Trigger:
    """A trigger that refuses to change a column after the row is made."""
    return pgtrigger.Trigger(
        name=f"constant_{column}",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(column),
        condition=pgtrigger.Condition(f"OLD.{column} IS DISTINCT FROM NEW.{column}"),
        func=f"RAISE EXCEPTION '{column} never changes' USING ERRCODE = 'check_violation';",
    )


def of_kind(*kinds: str) -> pgtrigger.Trigger:
    """A trigger that refuses the row of a kind beside an entry of another kind."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return pgtrigger.Trigger(
        name="of_kind",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="new_rows"),
        declare=[("made", "uuid[]"), ("is_other", "boolean")],
        func=f"""
made := ARRAY(SELECT entry_id FROM new_rows);
EXECUTE $statement$
    SELECT EXISTS (SELECT FROM directory_entry WHERE id = ANY ($1) AND kind NOT IN ({listed}))
$statement$ INTO is_other USING made;
IF is_other THEN
    RAISE EXCEPTION '%: the entry is of another kind', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
""",
    )


def shown_below() -> pgtrigger.Trigger:
    """A trigger of regions: a region's name is shown with every entry in it, so a new name is a change of them."""
    return pgtrigger.Trigger(
        name="journal_touch_entries",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
        func="""
EXECUTE $statement$
    UPDATE directory_entry SET changed_position = 0
    FROM new_rows JOIN old_rows USING (code)
    WHERE new_rows.name <> old_rows.name AND directory_entry.event_id <> journal_event()
        AND directory_entry.region_id >= new_rows.code AND directory_entry.region_id < new_rows.code || '/'
$statement$;
RETURN NULL;
""",
    )
