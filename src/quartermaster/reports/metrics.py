"""What the house measures of itself, in Prometheus' exposition format.

Gauges are read from the database when asked; request counters are kept by each process and
summed over processes where ``PROMETHEUS_MULTIPROC_DIR`` is set (``quartermaster web`` sets it).
"""

import os
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from quartermaster.audit.queries import newest
from quartermaster.jobs.models import Delivery

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
