"""What a device asks and tells by ``DeclarativeManagement``, answered from what was announced."""

from datetime import datetime
from uuid import UUID

from quartermaster.drivers.apple.declaring import legacy, sets
from quartermaster.drivers.apple.wire import checkin, profile
from quartermaster.drivers.apple.wire.declarative import endpoint, status
from quartermaster.drivers.apple.wire.declarative.declarations import MEDIA_TYPE, items, tokens
from quartermaster.drivers.apple.wire.declarative.endpoint import Asked, Endpoint
from quartermaster.mdm import actions
from quartermaster.mdm.actions.checkin import enrolment_of
from quartermaster.mdm.door import Answer
from quartermaster.mdm.errors import WrongDevice
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.queries import announced_to, enrolled_with
from quartermaster.mdm.states import EnrolmentState

UNKNOWN = Answer(b"There is no such declaration.\n", status=404)
NO_PROFILE = Answer(b"There is no such profile.\n", status=404)


def answer(said: checkin.DeclarativeManagement, enrolment: Enrolment, at: datetime) -> Answer:
    """Answer one question, or take one status report (G-3, G-10).

    Raises:
        Malformed: no such endpoint, or a status that cannot be read.
        TooLarge: a status beyond its bounds.
    """
    asked = endpoint.parse(said.endpoint)
    if asked.asked is Asked.STATUS:
        status.parse(said.data)  # what cannot be read is refused here, while it can be said
        if enrolment.state == EnrolmentState.ENROLLED:
            actions.keep_status(enrolment=enrolment, body=said.data, at=at)
        return Answer()
    return _from_announced(asked, enrolment, at)


def _from_announced(asked: Endpoint, enrolment: Enrolment, at: datetime) -> Answer:
    announced = announced_to(enrolment.id)
    kept = sets.read(bytes(announced.body)) if announced else sets.Kept()
    if asked.asked is Asked.TOKENS:
        since = announced.announced_at if announced else at
        return Answer(tokens(kept.token, since), media_type=MEDIA_TYPE)
    if asked.asked is Asked.ITEMS:
        return Answer(items(kept.declarations), media_type=MEDIA_TYPE)
    assert asked.section is not None
    found = kept.find(asked.section, asked.identifier)
    return Answer(found.render(), media_type=MEDIA_TYPE) if found else UNKNOWN


def profile_at(path: str, fingerprint: bytes | None, at: datetime) -> Answer:
    """The profile at an address of `legacy.address`; whoever speaks must be whom it is for.

    Raises:
        WrongDevice: the certificate that came with the request is another device's.
    """
    key, _, rest = path.partition("/")
    name, _, proof = rest.partition("/")
    try:
        enrolment = enrolled_with(UUID(key))
    except ValueError:
        return NO_PROFILE
    announced = announced_to(enrolment.id) if enrolment else None
    if enrolment is None or announced is None:
        return NO_PROFILE
    body = sets.read(bytes(announced.body)).profiles.get(name)
    if body is None or not legacy.is_address_of(proof, str(enrolment.id), name, body):
        return NO_PROFILE
    if fingerprint is not None and enrolment_of(fingerprint, at).id != enrolment.id:
        raise WrongDevice("This certificate belongs to another device.")
    return Answer(body, media_type=profile.MEDIA_TYPE)


def is_status(said: checkin.CheckIn) -> bool:
    return isinstance(said, checkin.DeclarativeManagement) and said.endpoint == Asked.STATUS
