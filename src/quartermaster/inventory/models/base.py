"""What the tables of the room share."""

from django.db import models
from django.db.models import Q


def known_choices(table: str, **choices: type[models.TextChoices]) -> list[models.CheckConstraint]:
    """A constraint for each field that it is one of its choices."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{name}__in": known.values}), name=f"inventory_{table}_{name}_known"
        )
        for name, known in choices.items()
    ]
