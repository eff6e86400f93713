"""Writes the audit log."""

from cms.models import AuditEvent, Project


def record(
    action: str,
    *,
    by=None,
    obj=None,
    data: dict | None = None,
    personal: dict | None = None,
) -> None:
    """Records that ``by`` (a user; None: the operator or nobody signed in) did ``action``.

    ``action`` is ``<thing>.<what happened>`` (``role.granted``, ``entry.approved``). ``obj`` is
    what it was done to. ``data`` is JSON without content and without names; what names
    a person goes into ``personal``.
    """
    project_id = obj.pk if isinstance(obj, Project) else getattr(obj, "project_id", None)
    AuditEvent.objects.create(
        action=action,
        actor_id=by.pk if by is not None else None,
        object_type=obj._meta.model_name if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        project_id=project_id,
        data=data or {},
        personal={"actor": str(by), **(personal or {})} if by is not None else personal or {},
    )
