"""Outcomes of checks and findings, for tests."""

from datetime import UTC, datetime

import factory

from quartermaster.compliance.models import Evaluation, Finding
from tests.factories.inventory import DeviceFactory

SEEN = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class _Outcome(factory.django.DjangoModelFactory):
    """A check of the passcode that failed."""

    class Meta:
        abstract = True

    device = factory.SubFactory(DeviceFactory)
    check_name = "passcode"
    title = "Passcode"
    clause = "G-3"
    severity = "high"
    expected = "Passcode required: yes"
    observed = "No passcode is set."
    remedy = "Set a passcode in the settings of your device."
    source = "SecurityInfo"
    observed_at = SEEN


class EvaluationFactory(_Outcome):
    class Meta:
        model = Evaluation

    state = "fail"
    since = SEEN
    evaluated_at = SEEN


class FindingFactory(_Outcome):
    """A finding on what its device's holder has, not told yet."""

    class Meta:
        model = Finding

    holder = factory.LazyAttribute(lambda finding: finding.device.holder)
    opened_at = SEEN
