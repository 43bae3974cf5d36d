"""What a rule says, as people read it."""

from collections.abc import Iterable, Iterator

from quartermaster.compliance.automatic import CHECK_TITLES
from quartermaster.compliance.rules.automatic import Terms
from quartermaster.inventory.models import DeviceClass, Ownership
from quartermaster.org.models import Department

STATES = {
    "proposal": "neutral",
    "trial": "info",
    "on": "good",
    "stopped": "bad",
    "retired": "neutral",
}
ACTS = {
    "dry": "neutral",
    "due": "info",
    "done": "warning",
    "proposed": "warning",
    "asked": "warning",
    "lifted": "good",
    "declined": "neutral",
    "passed": "neutral",
}


def sentences(terms: Terms) -> Iterator[str]:
    """Each line of a rule, in words."""
    if terms.checks:
        yield f"Checks: {_listed(CHECK_TITLES.get(name, name) for name in terms.checks)}"
    if terms.severities:
        yield f"Severity: {_listed(terms.severities)}"
    owned = [Ownership(item).label.lower() for item in terms.ownerships]
    yield f"Devices: {_listed(owned) or 'city and personal'}"
    if terms.classes:
        yield f"Kinds of device: {_listed(DeviceClass(item).label for item in terms.classes)}"
    if terms.departments:
        rows = Department.objects.filter(id__in=terms.departments).order_by("name")
        yield f"Departments: {_listed(rows.values_list('name', flat=True))}"
    days = terms.after_days
    wait = f"{days} day{'' if days == 1 else 's'} after it" if days else "as soon as it is over"
    yield f"When the holder was told and the time to put it right is over: {wait}"
    if terms.serious_at_once:
        yield "What is serious does not wait for that; its holder is told at once"
    hours = f"{terms.hours} hour{'' if terms.hours == 1 else 's'}"
    yield f"At most {terms.count} devices and {terms.percent:g} percent of all within {hours}"


def _listed(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words)
