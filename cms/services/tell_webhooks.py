"""Writes the outbox of the webhooks, in the transaction of what it tells of.

Only what happens to public things is told. Whether they are still public is asked again when a
message is sent (deliver_webhooks).
"""

from collections.abc import Iterable

from django.db.models import Model

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.models import (
    Experience,
    Publication,
    Supplement,
    Webhook,
    WebhookDelivery,
    WebhookEvent,
)
from cms.published.fresh import Ref, hanging_on, object_types, ref_of
from cms.published.hits import visible


def told_published(obj: Model, publication: Publication) -> None:
    """``obj`` was published just now: for the first time, again, or for fewer people."""
    hooks = _hooks()
    if not hooks:
        return
    ended = Publication.objects.of(obj).filter(withdrawn_at=publication.published_at)
    was_public = ended.filter(circle=Circle.PUBLIC).exists()
    ref = ref_of(obj)
    if publication.circle == Circle.PUBLIC:
        if was_public:
            _tell(hooks, WebhookEvent.CHANGED, [ref])
        else:
            _tell(hooks, WebhookEvent.PUBLISHED, _open_to_all([ref, *_with_it(obj)]))
    elif was_public and _was_within_reach(obj):
        _tell(hooks, WebhookEvent.WITHDRAWN, [ref, *_published(_with_it(obj))])


def told_changed(obj: Model) -> None:
    """Something public about ``obj`` is another one now, without a publication: its project."""
    hooks = _hooks()
    if hooks:
        _tell(hooks, WebhookEvent.CHANGED, _open_to_all([ref_of(obj)]))


def before_withdrawn(obj: Model) -> None:
    """``obj`` is about to be withdrawn or deleted, and what hangs on it with it."""
    hooks = _hooks()
    own = [ref_of(obj)]
    if hooks and _published(own) and _was_within_reach(obj):
        _tell(hooks, WebhookEvent.WITHDRAWN, [*own, *_published(_with_it(obj))])


def told_redacted(owners: Iterable[tuple[int, int]]) -> None:
    """Something was removed from these objects (content type, id): copies of it must go, too."""
    hooks = _hooks()
    if not hooks:
        return
    types = object_types()
    refs = [(types[content_type], pk) for content_type, pk in owners if content_type in types]
    _tell(hooks, WebhookEvent.REDACTED, _ever_public(refs))


def _hooks() -> list[Webhook]:
    return list(Webhook.objects.filter(is_active=True))


def _tell(hooks: list[Webhook], event: WebhookEvent, refs: Iterable[Ref]) -> None:
    refs = list(dict.fromkeys(refs))
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(webhook=hook, event=event, object_type=object_type, object_id=pk)
            for hook in hooks
            if event in hook.events
            for object_type, pk in refs
        ],
        batch_size=500,
    )


def _with_it(obj: Model) -> list[Ref]:
    """What can be read only together with ``obj``."""
    if isinstance(obj, Experience):
        supplements = Supplement.objects.filter(experience=obj).order_by()
        return [(ObjectType.SUPPLEMENT, pk) for pk in supplements.values_list("pk", flat=True)]
    return list(hanging_on(ref_of(obj)))


def _was_within_reach(obj: Model) -> bool:
    """False for what nobody could read, published or not: what it hangs on is not open to all."""
    if isinstance(obj, Supplement):
        return published.experiences(ANONYMOUS).filter(pk=obj.experience_id).exists()
    table_id = getattr(obj, "table_id", None)
    return table_id is None or published.tables().filter(pk=table_id).exists()


def _open_to_all(refs: list[Ref]) -> list[Ref]:
    return list(visible(refs, ANONYMOUS, only_titles=True))


def _published(refs: list[Ref]) -> list[Ref]:
    """Those of them that were published for everybody until now."""
    return _with_publications(refs, withdrawn_at=None)


def _ever_public(refs: list[Ref]) -> list[Ref]:
    return _with_publications(refs)


def _with_publications(refs: list[Ref], **which) -> list[Ref]:
    types = object_types()
    rows = Publication.objects.filter(
        content_type__in=types,
        object_id__in=[pk for _type, pk in refs],
        circle=Circle.PUBLIC,
        **which,
    )
    keys = set(rows.order_by().values_list("content_type", "object_id"))
    found = {(types[content_type], pk) for content_type, pk in keys}
    return [ref for ref in refs if ref in found]
