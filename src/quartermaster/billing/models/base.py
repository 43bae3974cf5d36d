"""What the tables of the room share."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from quartermaster.billing.rules.orders import Worded
from quartermaster.kernel.money import LARGEST


def choices(words: type[Worded]) -> list[tuple[str, str]]:
    return [(item.value, item.label) for item in words]


def values(words: Iterable[Worded]) -> list[str]:
    """As the database has them."""
    return sorted(item.value for item in words)


def amount(table: str, name: str) -> models.CheckConstraint:
    """Cents that are not negative and not beyond reason."""
    return models.CheckConstraint(
        condition=Q(**{f"{name}__gte": 0, f"{name}__lte": LARGEST}),
        name=f"billing_{table}_{name}_sound",
    )
