"""Finding accounts, for whoever may see them all."""

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from cms.models import SecondFactor


def find_accounts(wanted: str = "") -> QuerySet:
    """The accounts in the order of their names; each word is part of a name or an address."""
    found = get_user_model().objects.annotate(
        has_factor=Exists(SecondFactor.objects.filter(user=OuterRef("pk")))
    )
    for word in wanted.split():
        found = found.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
    name = Lower(Coalesce(NullIf("last_name", Value("")), "username"))
    return found.order_by(name, "username")
