"""What the database itself enforces: rows of the audit log are only added.

They are never deleted, and changed only by losing names: ``personal`` as a whole, at any time,
since a redaction must reach it; the number of who did it, and of the account that it was done
to, not before ``KEPT_DAYS`` (see ``AuditQuerySet.forget``). A later migration that makes the table
anew on SQLite (any change of a column does) must install this again.
"""

KEPT_DAYS = 28
_MESSAGE = "The audit log is append-only"

# "IS DISTINCT FROM" and "IS NOT" are the comparisons that know NULL.
_POSTGRES = f"""
CREATE FUNCTION cms_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.personal = '{{}}'::jsonb
      AND (NEW.id, NEW.at, NEW.action, NEW.object_type, NEW.project_id, NEW.data)
        IS NOT DISTINCT FROM
          (OLD.id, OLD.at, OLD.action, OLD.object_type, OLD.project_id, OLD.data)
      AND (NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id
           OR (NEW.actor_id IS NULL AND OLD.at < now() - interval '{KEPT_DAYS} days'))
      AND (NEW.object_id IS NOT DISTINCT FROM OLD.object_id
           OR (NEW.object_id IS NULL AND OLD.object_type = 'user'
               AND OLD.at < now() - interval '{KEPT_DAYS} days'))
    THEN RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cms_audit_keep_rows BEFORE UPDATE OR DELETE ON cms_auditevent
  FOR EACH ROW EXECUTE FUNCTION cms_audit_keep();
CREATE TRIGGER cms_audit_keep_all BEFORE TRUNCATE ON cms_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION cms_audit_keep();
"""
_POSTGRES_REMOVE = """
DROP TRIGGER IF EXISTS cms_audit_keep_rows ON cms_auditevent;
DROP TRIGGER IF EXISTS cms_audit_keep_all ON cms_auditevent;
DROP FUNCTION IF EXISTS cms_audit_keep();
"""

_SQLITE_CHANGED = " OR ".join(
    f"NEW.{column} IS NOT OLD.{column}"
    for column in ("id", "at", "action", "object_type", "project_id", "data")
)
_SQLITE = (
    f"""
CREATE TRIGGER cms_audit_keep_deleted BEFORE DELETE ON cms_auditevent
BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END
""",
    f"""
CREATE TRIGGER cms_audit_keep_changed BEFORE UPDATE ON cms_auditevent
WHEN NEW.personal <> '{{}}'
  OR (NEW.actor_id IS NOT OLD.actor_id
      AND NOT (NEW.actor_id IS NULL AND OLD.at < datetime('now', '-{KEPT_DAYS} days')))
  OR (NEW.object_id IS NOT OLD.object_id
      AND NOT (NEW.object_id IS NULL AND OLD.object_type = 'user'
               AND OLD.at < datetime('now', '-{KEPT_DAYS} days')))
  OR {_SQLITE_CHANGED}
BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END
""",
)
_SQLITE_REMOVE = (
    "DROP TRIGGER IF EXISTS cms_audit_keep_deleted",
    "DROP TRIGGER IF EXISTS cms_audit_keep_changed",
)
_INSTALL = {"postgresql": (_POSTGRES,), "sqlite": _SQLITE}
_REMOVE = {"postgresql": (_POSTGRES_REMOVE,), "sqlite": _SQLITE_REMOVE}


def install(connection) -> None:
    """Makes the triggers; on other databases than PostgreSQL and SQLite there are none."""
    _execute(connection, _INSTALL)


def remove(connection) -> None:
    """Takes them away: to undo the migration, and for tests, which empty their database."""
    _execute(connection, _REMOVE)


def _execute(connection, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, ()):
            cursor.execute(statement)
