"""Pieces of the pages on which people sign: `{% load handover %}`."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter(name="at")
def at_key(values: Mapping[Any, Any], key: Any) -> Any:
    """What stands under a key: `{{ said|at:item.pk }}`."""
    return values[key]
