"""Samples of management."""

from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from tests.factories.automated import ListedDeviceFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import (
    CommandFactory,
    EnrolmentFactory,
    InvitationFactory,
    LocationFactory,
    SecretFactory,
)
from tests.factories.mdm import certificate as make_certificate
from tests.web.samples import sample


@sample("mdm:declarations", "mdm:refresh", "mdm:configure", "mdm:end", "mdm:wake", "mdm:renew")
def enrolment(cast, at):
    return {"key": EnrolmentFactory(device=DeviceFactory(holder=cast.ana)).pk}


@sample("mdm:do")
def verb(cast, at):
    enrolment = EnrolmentFactory(device=DeviceFactory(holder=cast.ana))
    return {"key": enrolment.pk, "verb": "lock"}


@sample("mdm:secret-reveal")
def secret(cast, at):
    return {"key": SecretFactory(device=DeviceFactory(holder=cast.ana)).pk}


@sample("mdm:location")
def location(cast, at):
    return {"key": LocationFactory(command__enrolment__device=DeviceFactory(holder=cast.ana)).pk}


@sample("mdm:command", "mdm:command-cancel", "mdm:command-retry")
def command(cast, at):
    return {"key": CommandFactory(enrolment__device=DeviceFactory(holder=cast.ana)).pk}


@sample("mdm:certificate-revoke")
def certificate(cast, at):
    enrolment = EnrolmentFactory(device=DeviceFactory(holder=cast.ana))
    return {"key": make_certificate(enrolment, at).pk}


@sample("mdm:invite")
def device(cast, at):
    return {"key": DeviceFactory(holder=cast.ana).pk}


@sample("mdm:enrol", everybody=True)
def invitation(cast, at):
    InvitationFactory(device=DeviceFactory(holder=cast.ana), token="sample")
    return {"token": "sample"}


@sample("mdm:credential", "mdm:credential-request", "mdm:credential-import")
def kind_of_credential(cast, at):
    return {"driver": "apple", "kind": "push"}


@sample("mdm:credential-file", "mdm:credential-complete", "mdm:credential-retire")
def requested_credential(cast, at):
    asked = actions.request_credential(driver="apple", kind="push", actor=system("test"), at=at)
    return {"key": asked.pk}


@sample("mdm:by-account", everybody=True)
def by_account(cast, at):
    return {"way": "account-driven-user", "platform": "ios"}


@sample("mdm:listed", "mdm:listed-assign", "mdm:listed-keep-out", "mdm:listed-take-in")
def listed_device(cast, at):
    return {"key": ListedDeviceFactory().pk}
