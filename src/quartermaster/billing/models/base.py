"""What the tables of the room share."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.money import LARGEST


def amount(table: str, name: str) -> models.CheckConstraint:
    """Cents that are not negative and not beyond reason."""
    return models.CheckConstraint(
        condition=Q(**{f"{name}__gte": 0, f"{name}__lte": LARGEST}),
        name=f"billing_{table}_{name}_sound",
    )
