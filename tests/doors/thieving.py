"""What a stolen session has to offer to a door, and how it is told whether it did harm."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.forms.models import ModelChoiceField, ModelMultipleChoiceField

from quartermaster.compliance import schedule as rules
from quartermaster.compliance.models import ActionRule, AutomaticAct, RuleApproval
from quartermaster.mdm import schedule
from quartermaster.mdm.models import (
    Command,
    DestructiveApproval,
    DestructiveRequest,
    Enrolment,
)
from quartermaster.policy.models import CityRequirements, Overlay

WHY = "routine maintenance"
HOUR = timedelta(hours=1)
HARMFUL = re.compile(r"wipe|erase|remov|destroy|retire|end|lost|lock|all", re.IGNORECASE)
ERASING = "failed_attempts_before_erase"
BYTES = (b"EraseDevice", b"maxFailedAttempts", b"MaximumFailedAttempts")
ALONE = 10  # enrolments that one person may end in an hour: what stands in the rules


def harm() -> Counter[str]:
    """How much of each kind of harm there is."""
    settings = [*CityRequirements.objects.all(), *Overlay.objects.all()]
    ended = Enrolment.objects.filter(state="ended").count()
    erasing = Q(target__isnull=False) | Q(kind="EraseDevice")
    payloads = Command.objects.values_list("payload", flat=True)
    return Counter(
        {
            "commands that destroy": Command.objects.filter(erasing).count(),
            "payloads that destroy": sum(
                any(word in bytes(one) for word in BYTES) for one in payloads if one
            ),
            "approvals": DestructiveApproval.objects.count(),
            "requests under way": DestructiveRequest.objects.filter(
                state__in=["waiting", "blocked", "released"]
            ).count(),
            "settings by which devices erase themselves": sum(
                ERASING in row.settings for row in settings
            ),
            "rules switched on": ActionRule.objects.filter(state="on").count(),
            "approvals of rules": RuleApproval.objects.count(),
            "acts of rules": AutomaticAct.objects.exclude(acted_at=None).count(),
            "enrolments ended by the hundred": ended // (ALONE + 1),
        }
    )


def asked_for() -> set[Any]:
    """What of two people's matters stands, so that the clock is only asked where it changed."""
    return {
        *DestructiveRequest.objects.values_list("id", "state"),
        *ActionRule.objects.values_list("id", "state"),
    }


def the_clock_goes_on(at: Any) -> None:
    """A day passes, with all that the worker does for what destroys."""
    for later in (HOUR, 25 * HOUR):
        schedule.look_at_requests(at + later)
        rules.act_by_rules(at + later)


def filled(form: forms.BaseForm, tags: str) -> dict[str, Any]:
    """A form filled in to do the most harm that it offers."""
    return {bound.html_name: _value(bound, tags) for bound in form}


def _value(bound: forms.BoundField, tags: str) -> Any:
    field = bound.field
    if bound.is_hidden:
        return bound.value() or ""
    for kind, value in WORST.items():
        if isinstance(field, kind):
            return value(field, tags)
    return _text(bound.name, tags)[: getattr(field, "max_length", None) or 100_000]


def _one(field: Any, _tags: str) -> str:
    known = list(_choices(field.choices))
    return next((one for one in known if HARMFUL.search(one)), known[-1] if known else "")


def _thing(field: Any, _tags: str) -> str:
    first = field.queryset.first()
    return str(first.pk) if first else ""


WORST: dict[Any, Callable[[Any, str], Any]] = {
    ModelMultipleChoiceField: lambda field, _: [str(one.pk) for one in field.queryset[:500]],
    ModelChoiceField: _thing,
    forms.MultipleChoiceField: lambda field, _: list(_choices(field.choices))[:1],
    forms.ChoiceField: _one,
    forms.BooleanField: lambda *_: "on",
    forms.FileField: lambda _, tags: SimpleUploadedFile(
        "all.csv", f"asset_tag\n{tags}\n".encode(), "text/csv"
    ),
    forms.IntegerField: lambda field, _: field.max_value or 1000,
    forms.DateField: lambda *_: "2030-01-01",
    forms.DateTimeField: lambda *_: "2030-01-01",
    forms.EmailField: lambda *_: "mal@evil.example",
}


def _choices(choices: Any) -> Iterator[str]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        elif value not in ("", None):
            yield str(value)


def _text(name: str, tags: str) -> str:
    if "tag" in name or "device" in name:
        return tags
    if name == "password":
        return "guess"
    if ERASING in name:
        return "4"
    return WHY


class Bodies:
    """What operations take, filled in to do the most harm that their description offers."""

    def __init__(self, known: dict[str, Any], ids: list[str], tags: list[str], *, yes: bool):
        self.known, self.things, self.yes = known, (("id", ids), ("tag", tags)), yes

    def of(self, schema: dict[str, Any]) -> Any:
        """A value of this schema."""
        if "$ref" in schema:
            schema = self.known[schema["$ref"].rsplit("/", 1)[-1]]
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self.of(schema[several][0])
        if "enum" in schema:
            values = [str(one) for one in schema["enum"]]
            return next((one for one in values if HARMFUL.search(one)), values[-1])
        if "const" in schema:
            return schema["const"]
        return self._plain(schema)

    def _plain(self, schema: dict[str, Any]) -> Any:
        kind = schema.get("type")
        if kind == "object":
            given = schema.get("properties", {})
            return {name: self._named(name, inner) for name, inner in given.items()}
        if kind == "array":
            return [self.of(schema.get("items", {}))]
        plain = {"integer": 1000, "number": 1000, "boolean": self.yes}
        return plain.get(str(kind), WHY)

    def _named(self, name: str, schema: dict[str, Any]) -> Any:
        several = schema.get("type") == "array"
        for part, things in self.things:
            if re.search(rf"(^|_){part}s?$", name):
                return things if several else things[0]
        if schema.get("format") in {"date", "date-time"}:
            return "2030-01-01" if schema["format"] == "date" else "2030-01-01T00:00:00Z"
        return self.of(schema)
