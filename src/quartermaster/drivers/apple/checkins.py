"""What a proven device says, turned into the house's verbs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from quartermaster.drivers.apple import managed_accounts, report, sealing
from quartermaster.drivers.apple.confidences import taken_out
from quartermaster.drivers.apple.declaring import asked
from quartermaster.drivers.apple.identity import Speaker
from quartermaster.drivers.apple.meanings import in_parts
from quartermaster.drivers.apple.wire import checkin, connect, plist
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions
from quartermaster.mdm.actions.checkin import Hardware, PushAddress, enrolment_of
from quartermaster.mdm.arriving import Bringing, Naming
from quartermaster.mdm.door import Answer
from quartermaster.mdm.errors import ListRefused, WrongDevice, WrongTopic
from quartermaster.mdm.models import Enrolment, SecretKind
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.ways import USER_WAYS

NO_USER_CHANNEL = Answer(b"Network users are not managed here.\n", status=410)
# Apple's word for a service that a server does not know, watches among them: none are managed
NO_SUCH_SERVICE = Answer(b"There is no token for this service here.\n", status=400)
TRY_LATER = Answer(b"Apple's service does not answer.\n", 503, headers={"Retry-After": "60"})
NOT_OFFERED = Answer(b"Not offered by this server.\n", status=404)
UNKNOWN_COMMAND = 12021
LONGEST_NAME = 200
XML = "application/xml; charset=utf-8"
_OUTCOMES = {
    connect.Status.ACKNOWLEDGED: Outcome.ACKNOWLEDGED,
    connect.Status.ERROR: Outcome.FAILED,
    connect.Status.FORMAT_ERROR: Outcome.FAILED,
    connect.Status.NOT_NOW: Outcome.NOT_NOW,
}


def _speaker(enrolment: Enrolment) -> Actor:
    return Actor(label=f"device {enrolment.device.asset_tag}")


def _hardware(said: checkin.Authenticate) -> Hardware:
    return Hardware(said.ids.device, said.serial, said.imei)


def _address(said: checkin.TokenUpdate) -> PushAddress:
    return PushAddress(said.topic, said.token, said.push_magic.encode(), said.unlock_token)


def _authenticate(said: checkin.Authenticate, enrolment: Enrolment, at: datetime) -> Answer:
    if enrolment.way in USER_WAYS and said.ids.udid:
        raise WrongDevice("Its owner agreed to a User Enrolment, and this comes as a device.")
    actions.authenticate(
        enrolment=enrolment, hardware=_hardware(said), actor=_speaker(enrolment), at=at
    )
    actions.keep_facts(enrolment.device_id, report.of_authenticate(said, at))
    return Answer()


def _require_own_topic(said: checkin.TokenUpdate, enrolment: Enrolment) -> None:
    """The topic was given with the profile; another one is nobody's whom we could wake."""
    if enrolment.topic and said.topic != enrolment.topic:
        raise WrongTopic("The topic is not the one that this device was given.")


def _update_token(said: checkin.TokenUpdate, enrolment: Enrolment, at: datetime) -> Answer:
    _require_own_topic(said, enrolment)
    actions.update_token(
        enrolment=enrolment,
        external_id=said.ids.device,
        address=_address(said),
        awaits=said.awaiting_configuration,
        actor=_speaker(enrolment),
        at=at,
    )
    return Answer()


def _check_out(_said: checkin.CheckOut, enrolment: Enrolment, at: datetime) -> Answer:
    actions.check_out(enrolment=enrolment, actor=_speaker(enrolment), at=at)
    return Answer()


def _set_bootstrap_token(
    said: checkin.SetBootstrapToken, enrolment: Enrolment, at: datetime
) -> Answer:
    """A Mac gives the token with which the house may authorise updates and new users."""
    if said.token:
        actions.keep_secret(
            device_id=enrolment.device_id,
            kind=SecretKind.BOOTSTRAP_TOKEN,
            value=said.token,
            actor=_speaker(enrolment),
            at=at,
        )
    return Answer()


def _get_bootstrap_token(
    _said: checkin.GetBootstrapToken, enrolment: Enrolment, _at: datetime
) -> Answer:
    """The same Mac asks for it back."""
    token = actions.current_secret(enrolment.device_id, SecretKind.BOOTSTRAP_TOKEN)
    if token is None:
        return NOT_OFFERED
    return Answer(plist.dumps({"BootstrapToken": token}), media_type=XML)


def _get_token(said: checkin.GetToken, _enrolment: Enrolment, at: datetime) -> Answer:
    """A managed account signs in. Of other services, and without a key, nothing is known here."""
    if said.service_type != managed_accounts.SERVICE:
        return NO_SUCH_SERVICE
    try:
        token = managed_accounts.token_for_account(at)
    except ListRefused:
        return TRY_LATER
    return Answer(plist.dumps({"TokenData": token}), media_type=XML) if token else NO_SUCH_SERVICE


# what each message leads to; all but the first come from the device that was authenticated
_TAKERS: Mapping[type[checkin.CheckIn], Callable[[Any, Enrolment, datetime], Answer]] = {
    checkin.Authenticate: _authenticate,
    checkin.TokenUpdate: _update_token,
    checkin.CheckOut: _check_out,
    checkin.SetBootstrapToken: _set_bootstrap_token,
    checkin.GetBootstrapToken: _get_bootstrap_token,
    checkin.GetToken: _get_token,
    checkin.DeclarativeManagement: asked.answer,
}


def _update_user_token(said: checkin.TokenUpdate, enrolment: Enrolment, at: datetime) -> Answer:
    """What the users of a personal device are called there is not kept (G-1)."""
    _require_own_topic(said, enrolment)
    actions.update_user_token(
        enrolment=enrolment,
        user_id=said.ids.user,
        short_name="" if enrolment.device.personal else said.ids.user_short_name[:LONGEST_NAME],
        address=_address(said),
        actor=_speaker(enrolment),
        at=at,
    )
    return Answer()


def _leave_user_channel(said: checkin.CheckOut, enrolment: Enrolment, at: datetime) -> Answer:
    """A user leaves the device, which stays enrolled."""
    actions.leave_user_channel(
        enrolment=enrolment, user_id=said.ids.user, actor=_speaker(enrolment), at=at
    )
    return Answer()


def _refuse_network_user(
    _said: checkin.UserAuthenticate, _enrolment: Enrolment, _at: datetime
) -> Answer:
    """Network and mobile accounts have no channel here: Apple's word for that is 410."""
    return NO_USER_CHANNEL


# what a user's side of a device may say; it neither ends nor begins the device's enrolment
_USER_TAKERS: Mapping[type[checkin.CheckIn], Callable[[Any, Enrolment, datetime], Answer]] = {
    checkin.TokenUpdate: _update_user_token,
    checkin.CheckOut: _leave_user_channel,
    checkin.GetToken: _get_token,
    checkin.UserAuthenticate: _refuse_network_user,
}


def arriving(said: checkin.CheckIn, speaker: Speaker, at: datetime) -> Naming | Bringing | None:
    """What a message means if it is a step of a new device on its way in; None: it is none."""
    if said.ids.is_user_channel:
        return None
    if isinstance(said, checkin.Authenticate):
        facts = report.of_authenticate(said, at)
        return Naming(speaker.fingerprint, at, _hardware(said), facts)
    holder = speaker.holder()
    if holder is None or not isinstance(said, checkin.TokenUpdate) or said.awaiting_configuration:
        return None
    return Bringing(speaker.fingerprint, at, holder, said.ids.device, _address(said))


def take(said: checkin.CheckIn, fingerprint: bytes, at: datetime) -> Answer:
    """One check-in message of the device whose certificate has this fingerprint."""
    enrolment = enrolment_of(fingerprint, at)
    if not isinstance(said, checkin.Authenticate) and enrolment.external_id != said.ids.device:
        raise WrongDevice("This certificate belongs to another device.")
    takers = _USER_TAKERS if said.ids.is_user_channel else _TAKERS
    taker = takers.get(type(said))
    return taker(said, enrolment, at) if taker else NOT_OFFERED


def answered(answer: connect.Answer, raw: bytes) -> Answered:
    """An answer to a command, in the house's words; a secret in it is taken out."""
    found = taken_out(answer.payload)
    if found.rest is not None:
        raw = plist.dumps(found.rest)
    outcome = _OUTCOMES[answer.status]
    failed = in_parts(answer.payload) if outcome is Outcome.ACKNOWLEDGED else []
    if failed:
        outcome = Outcome.FAILED
    return Answered(
        answer.command_uuid,
        outcome,
        raw,
        "; ".join(map(str, failed)) or _error(answer),
        secrets=found.secrets,
        sealed=found.sealed,
        located=found.located,
    )


def keep_secrets(said: Answered, device: str, fingerprint: bytes, at: datetime) -> None:
    """Keep what an answer tells in confidence, before the answer itself is kept without it."""
    enrolment = enrolment_of(fingerprint, at)
    if enrolment.external_id != device:
        raise WrongDevice("This certificate belongs to another device.")
    opened = {kind: value for kind, cms in said.sealed.items() if (value := sealing.opened(cms))}
    speaker = _speaker(enrolment)
    for kind, value in {**said.secrets, **opened}.items():
        actions.keep_secret(
            device_id=enrolment.device_id, kind=kind, value=value, actor=speaker, at=at
        )
    if said.located is not None:
        actions.keep_location(
            enrolment=enrolment,
            command_uuid=said.command_uuid,
            located=said.located,
            actor=speaker,
            at=at,
        )


def keep_answer(said: Answered, device: str, fingerprint: bytes, at: datetime) -> None:
    """An answer that no waiting command took: given twice, given up, or to nothing of ours."""
    enrolment = enrolment_of(fingerprint, at)
    if enrolment.external_id != device:
        raise WrongDevice("This certificate belongs to another device.")
    actions.record_answer(enrolment=enrolment, answered=said, actor=_speaker(enrolment), at=at)


def _error(answer: connect.Answer) -> str:
    if answer.status is connect.Status.FORMAT_ERROR:
        return "The device could not read the command."
    if any(item.code == UNKNOWN_COMMAND for item in answer.errors):
        return f"Not supported by the device: {answer.errors[0]}"
    if answer.status is connect.Status.ERROR and not answer.errors:
        return "The device gave no reason."
    return "; ".join(str(item) for item in answer.errors)
