"""Samples of management."""

from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import CommandFactory, EnrolmentFactory, InvitationFactory
from tests.web.samples import sample


@sample("mdm:refresh", "mdm:configure", "mdm:end")
def enrolment(cast, at):
    return {"key": EnrolmentFactory(device=DeviceFactory(holder=cast.ana)).pk}


@sample("mdm:command-cancel")
def command(cast, at):
    return {"key": CommandFactory(enrolment__device=DeviceFactory(holder=cast.ana)).pk}


@sample("mdm:invite")
def device(cast, at):
    return {"key": DeviceFactory(holder=cast.ana).pk}


@sample("mdm:enrol", everybody=True)
def invitation(cast, at):
    InvitationFactory(device=DeviceFactory(holder=cast.ana), token="sample")
    return {"token": "sample"}
