"""Numbers of a year, as people say them: R-2026-000123."""

from datetime import datetime

from django.db import models
from django.utils.timezone import localdate


def next_number(model: type[models.Model], letters: str, digits: int, at: datetime) -> str:
    """The next ``number`` of the city's year. Whoever asks sees to it that nobody else does now."""
    prefix = f"{letters}-{localdate(at).year}-"
    rows = model._default_manager.filter(number__startswith=prefix)  # noqa: SLF001 (Django's own)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:0{digits}}"
