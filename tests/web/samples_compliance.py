"""Samples of findings."""

from tests.factories.compliance import EvaluationFactory, FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.web.samples import sample


@sample("compliance:finding", "compliance:finding-withdraw", "compliance:finding-evaluate")
def finding(cast, at):
    device = DeviceFactory(holder=cast.ana)
    EvaluationFactory(device=device)
    return {"key": FindingFactory(device=device).pk}


@sample("compliance:evaluate")
def device(cast, at):
    return {"key": DeviceFactory(holder=cast.ana).pk}
