"""Samples of findings."""

from quartermaster.compliance.models import Evaluation, Finding
from tests.factories.inventory import DeviceFactory
from tests.web.samples import sample


@sample("compliance:finding", "compliance:finding-withdraw")
def finding(cast, at):
    device = DeviceFactory(department=cast.water, holder=cast.ana)
    said = {
        "check_name": "passcode",
        "title": "Passcode",
        "clause": "G-3",
        "severity": "high",
        "expected": "A passcode is set.",
        "observed": "No passcode.",
        "remedy": "Set a passcode in Settings.",
    }
    Evaluation.objects.create(device=device, state="fail", since=at, evaluated_at=at, **said)
    found = Finding.objects.create(device=device, holder=cast.ana, opened_at=at, **said)
    return {"key": found.pk}
