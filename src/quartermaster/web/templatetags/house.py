"""The house's template tags: `{% load house %}`."""

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from quartermaster.web import marks
from quartermaster.web.marks import NEVER_BROKEN

register = template.Library()


@register.simple_tag(takes_context=True, name="when")
def when_tag(context: template.Context, value: datetime | date | None) -> SafeString | str:
    """A time as people say it: `{% when device.last_seen %}`."""
    request = context.get("request")
    return marks.when(value, getattr(request, "at", None))


@register.filter
def full_time(value: datetime | None) -> str:
    return marks.full_time(value) if value else "—"


@register.filter
def deed(tag: str) -> str:
    return marks.deed(tag)


@register.filter
def money(cents: int | None) -> str:
    return marks.money(cents)


@register.simple_tag
def chip(label: Any, tone: str | None = None, raw: str = "") -> SafeString:
    """A state chip: `{% chip person.get_standing_display raw=person.standing %}`."""
    return marks.chip(label, raw=raw, tone=tone)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    return marks.icon(name, extra)


@register.filter
def whole(cell: object) -> SafeString | str:
    """The class of a table's cell that is not to be broken at its hyphen: ``PH-0046``."""
    if not isinstance(cell, str) or hasattr(cell, "__html__"):
        return ""
    short = "-" in cell and " " not in cell and len(cell) <= NEVER_BROKEN
    return mark_safe(' class="house-whole"') if short else ""


@register.filter
def kind(field: BoundField) -> str:
    """What sort of control a form field is, for its markup."""
    name = type(field.field.widget).__name__.lower()
    for sort in ("checkboxselect", "radio", "checkbox", "selectmultiple", "select", "textarea"):
        if name.startswith(sort):
            return sort
    return "file" if "file" in name else "input"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form field's control with USWDS classes, bound to its hint and its error."""
    classes = {
        "select": "usa-select",
        "selectmultiple": "usa-select house-multiple",
        "textarea": "usa-textarea",
        "checkbox": "usa-checkbox__input",
        "file": "usa-file-input house-file",
    }.get(kind(field), "usa-input")
    if field.errors:
        classes += " usa-input--error"
    described = [f"{field.auto_id}-hint"] if field.help_text else []
    described += [f"{field.auto_id}-error"] if field.errors else []
    attrs: dict[str, str | bool] = {"class": classes}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)
