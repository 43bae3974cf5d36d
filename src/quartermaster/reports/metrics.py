"""What the house measures of itself, in Prometheus' exposition format.

Gauges are read from the database when asked; request counters are kept by each process and
summed over processes where ``PROMETHEUS_MULTIPROC_DIR`` is set (``quartermaster web`` sets it).
"""

import os
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from quartermaster.audit.queries import newest
from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import LIVE
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.clock import now
from quartermaster.mdm.models import ServiceCredential, Wake
from quartermaster.mdm.states import CredentialStanding, EnrolmentState
from quartermaster.notify.queries import count_failed, count_waiting
from quartermaster.reports.house_counts import by_state, counted

REQUESTS = Counter(
    "quartermaster_requests", "Requests answered at the people's door.", ["view", "status"]
)
SECONDS = Histogram(
    "quartermaster_request_seconds",
    "Time to answer a request at the people's door.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)

_LATELY = ", as counted within a quarter of an hour."
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


@gauge("enrolments", f"Enrolments by state{_LATELY}", "state")
def _enrolments() -> Reading:
    return _labelled(counted("enrolments", now()))


@gauge("certificates_ending", f"Enrolled devices by their last certificate{_LATELY}", "standing")
def _certificates() -> Reading:
    return _labelled(counted("certificates", now()))


@gauge("commands", f"Commands to devices by state{_LATELY}", "state")
def _commands() -> Reading:
    return _labelled(counted("commands", now()))


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


@gauge("commands_overdue", f"Commands that should have been answered by now{_LATELY}")
def _commands_overdue() -> Reading:
    return {(): counted("overdue", now())[""]}


@gauge("findings_live", "Findings that are not settled, by state.", "state")
def _findings() -> Reading:
    return _labelled(by_state(Finding.objects.filter(state__in=sorted(LIVE)), sorted(LIVE)))


@gauge("mail_waiting", "Messages not sent yet.")
def _mail_waiting() -> Reading:
    return {(): count_waiting()}


@gauge("mail_failed", "Messages that were given up.")
def _mail_failed() -> Reading:
    return {(): count_failed()}


def _labelled(counts: Mapping[str, int]) -> Reading:
    return {(key,): number for key, number in counts.items()}


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
