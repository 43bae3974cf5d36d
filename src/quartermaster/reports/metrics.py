"""What the house measures of itself, in Prometheus' exposition format.

Gauges are read from the database when asked; request counters are kept by each process and
summed over processes where ``PROMETHEUS_MULTIPROC_DIR`` is set (``quartermaster web`` sets it).
"""

import os
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from quartermaster.audit.queries import newest
from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import LIVE
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.clock import now
from quartermaster.mdm import acting
from quartermaster.mdm.models import Command, Enrolment, ServiceCredential, Wake
from quartermaster.mdm.queries import certificates_lapsed, certificates_running_out
from quartermaster.mdm.states import CommandState, CredentialStanding, EnrolmentState
from quartermaster.notify.queries import count_failed, count_waiting

REQUESTS = Counter(
    "quartermaster_requests", "Requests answered at the people's door.", ["view", "status"]
)
SECONDS = Histogram(
    "quartermaster_request_seconds",
    "Time to answer a request at the people's door.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)

Reading = dict[tuple[str, ...], float]
_GAUGES: dict[str, tuple[str, tuple[str, ...], Callable[[], Reading]]] = {}


def gauge(name: str, text: str, *labels: str) -> Callable[[Callable[[], Reading]], None]:
    """Register a gauge: a function from nothing to values by label values."""

    def register(function: Callable[[], Reading]) -> None:
        _GAUGES[f"quartermaster_{name}"] = (text, labels, function)

    return register


@gauge("audit_entries", "Entries in the audit ledger.")
def _audit_entries() -> Reading:
    head = newest()
    return {(): head.seq if head else 0}


@gauge("outbox_waiting", "Events not delivered yet.")
def _outbox_waiting() -> Reading:
    return {(): Delivery.objects.filter(delivered_at=None).count()}


@gauge("outbox_failing", "Events whose delivery failed more than twice.")
def _outbox_failing() -> Reading:
    return {(): Delivery.objects.filter(delivered_at=None, attempts__gt=2).count()}


@gauge("enrolments", "Enrolments by state.", "state")
def _enrolments() -> Reading:
    return _by_state(Enrolment.objects.all(), EnrolmentState)


@gauge("certificates_ending", "Enrolled devices by their last certificate.", "standing")
def _certificates() -> Reading:
    at = now()
    return {
        ("running-out",): certificates_running_out(at).count(),
        ("lapsed",): certificates_lapsed(at).count(),
    }


@gauge("commands", "Commands to devices by state.", "state")
def _commands() -> Reading:
    return _by_state(Command.objects.all(), CommandState)


@gauge("credential_expires_timestamp_seconds", "When a credential in use runs out.", "credential")
def _credential_expiry() -> Reading:
    return {
        (f"{row.driver} {row.kind}",): row.expires_at.timestamp()
        for row in ServiceCredential.objects.filter(standing=CredentialStanding.ACTIVE)
        if row.expires_at is not None
    }


@gauge("credential_in_trouble", "Whether a service refuses or does not answer.", "credential")
def _credential_trouble() -> Reading:
    rows = ServiceCredential.objects.filter(standing=CredentialStanding.ACTIVE)
    return {(f"{row.driver} {row.kind}",): float(bool(row.trouble)) for row in rows}


@gauge("wakes_due", "Devices that are to be woken, or to be looked at again.")
def _wakes_due() -> Reading:
    return {(): Wake.objects.filter(due_at__isnull=False, cannot_since=None).count()}


@gauge("cannot_be_woken", "Devices under management that cannot be woken.")
def _cannot_be_woken() -> Reading:
    rows = Wake.objects.filter(cannot_since__isnull=False)
    return {(): rows.filter(enrolment__state=EnrolmentState.ENROLLED).count()}


@gauge("commands_overdue", "Commands that should have been answered by now.")
def _commands_overdue() -> Reading:
    return {(): acting.overdue(Command.objects.all(), now()).count()}


@gauge("findings_live", "Findings that are not settled, by state.", "state")
def _findings() -> Reading:
    return _by_state(Finding.objects.filter(state__in=sorted(LIVE)), sorted(LIVE))


@gauge("mail_waiting", "Messages not sent yet.")
def _mail_waiting() -> Reading:
    return {(): count_waiting()}


@gauge("mail_failed", "Messages that were given up.")
def _mail_failed() -> Reading:
    return {(): count_failed()}


def _by_state(rows: QuerySet[Any], states: Iterable[StrEnum]) -> Reading:
    """How many rows are in each state; none is a figure, too."""
    counts = rows.order_by().values_list("state").annotate(many=Count("id"))
    found: dict[str, int] = dict(counts)
    return {(state.value,): found.get(state.value, 0) for state in states}


class HouseCollector(Collector):
    """Reads every registered gauge."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (text, labels, function) in sorted(_GAUGES.items()):
            family = GaugeMetricFamily(name, text, labels=labels)
            for values, number in function().items():
                family.add_metric(list(values), number)
            yield family


def exposition() -> bytes:
    """All metrics, as text."""
    registry = CollectorRegistry()
    registry.register(HouseCollector())
    text = generate_latest(registry)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        processes = CollectorRegistry()
        MultiProcessCollector(processes)  # type: ignore[no-untyped-call]
        return text + generate_latest(processes)
    return text + generate_latest(REGISTRY)
