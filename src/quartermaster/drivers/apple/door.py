"""Apple's part of the devices' door: enrolment profile, SCEP, check-in and the command channel."""

from collections.abc import Awaitable, Callable
from functools import wraps
from uuid import UUID

from cryptography import x509
from django.conf import settings

from quartermaster.drivers.apple import accounts, checkins, destruction, enrolling, identity
from quartermaster.drivers.apple.acme import door as acme
from quartermaster.drivers.apple.acme.replies import Refusal, problem
from quartermaster.drivers.apple.ade import automated
from quartermaster.drivers.apple.declaring import asked, legacy
from quartermaster.drivers.apple.issuing import the_authority
from quartermaster.drivers.apple.wire import checkin, connect, machine_info, plist, profile
from quartermaster.drivers.apple.wire.errors import TooLarge, Untrusted, WireError
from quartermaster.drivers.apple.wire.jws import LARGEST as LARGEST_ACME
from quartermaster.drivers.apple.wire.scep import LARGEST as LARGEST_SCEP
from quartermaster.kernel.errors import HouseError, NotFound
from quartermaster.mdm import actions, errors, settling
from quartermaster.mdm.actions.checkin import enrolment_of
from quartermaster.mdm.actions.commands import open_payload
from quartermaster.mdm.arriving import is_brought, is_fresh
from quartermaster.mdm.bearers import is_own
from quartermaster.mdm.door import Answer, Request, Route
from quartermaster.mdm.poll import Call, user_channel

LARGEST_ANSWER = 8 * 1024 * 1024  # the application list of a big Mac
Handler = Callable[[Request], Awaitable[Answer]]


class BadMessage(HouseError):  # noqa: N818 (an outcome, not a fault)
    """The device's message cannot be taken."""

    code = "bad-message"
    status = 400


class MessageTooLarge(BadMessage):
    code = "too-large"
    status = 413


class NotProven(BadMessage):
    """The message is not proven to come from a device of ours."""

    code = "not-proven"
    status = 403


def in_house_words(handler: Handler) -> Handler:
    """Turn what the wire refuses into the house's errors."""

    @wraps(handler)
    async def translate(request: Request) -> Answer:
        try:
            return await handler(request)
        except Untrusted as problem:
            raise NotProven(str(problem)) from problem
        except TooLarge as problem:
            raise MessageTooLarge(str(problem)) from problem
        except WireError as problem:
            raise BadMessage(str(problem)) from problem

    return translate


@in_house_words
async def serve_profile(request: Request) -> Answer:
    """Hand out the enrolment profile of an invitation. Unsigned only while developing."""
    signed = not (settings.DEVELOPMENT and request.query.get("signed") == "no")
    body = await request.in_thread(
        lambda: enrolling.profile_for(request.path, request.at, signed=signed)
    )
    disposition = {"Content-Disposition": 'attachment; filename="enrol.mobileconfig"'}
    return Answer(body, media_type=profile.MEDIA_TYPE, headers=disposition)


@in_house_words
async def serve_automated(request: Request) -> Answer:
    """The profile for a device that asks while it is set up, proven by Apple's certificate."""
    return await request.in_thread(lambda: automated.answer(request))


@in_house_words
async def serve_scep(request: Request) -> Answer:
    """The SCEP operations (RFC 8894)."""
    operation = request.query.get("operation", "")
    if operation == "GetCACaps":
        return Answer("\n".join(enrolling.CAPABILITIES).encode())
    if operation == "GetCACert":
        der = await request.in_thread(lambda: enrolling.authority_certificate(request.at))
        return Answer(der, media_type="application/x-x509-ca-cert")
    if operation == "PKIOperation":
        message = enrolling.message_of(request)
        body = await request.in_thread(lambda: enrolling.answer_scep(message, request.at))
        return Answer(body, media_type="application/x-pki-message")
    raise BadMessage("The SCEP operation is missing or unknown.")


async def serve_discovery(request: Request) -> Answer:
    """Where a device enrols by account. Who the account is, is neither asked nor told."""
    if request.path:
        raise NotFound("There is nothing at this address.")
    return accounts.discovered(request.query.get("model-family", ""))


@in_house_words
async def serve_account(request: Request) -> Answer:
    """The profile for a device on which a person signed in; before that, where to sign in."""
    kind = request.path
    info = machine_info.read(request.body)
    if kind not in settings.ACCOUNT_ENROLMENT.values() or not info.platform:
        raise NotFound("No device of this kind enrols at this address.")
    authorization = request.headers.get("authorization", "")
    if not authorization:
        return accounts.sign_in_first(kind, info)
    token = accounts.bearer_of(authorization)
    way = accounts.WAYS[kind]
    body = await request.in_thread(
        lambda: enrolling.profile_by_account(token, way, info, request.at)
    )
    return Answer(body, media_type=profile.MEDIA_TYPE)


async def serve_acme(request: Request) -> Answer:
    """ACME (RFC 8555), where the installation has identities from keys in the hardware."""
    if settings.APPLE_ACME == "off":
        return problem(Refusal("malformed", "There is no ACME service here.", 404))
    return await request.in_thread(lambda: acme.answer(request))


@in_house_words
async def serve_device(request: Request) -> Answer:
    """Check-in and command channel: decided by the message, as devices may use one address."""
    speaker, unseen = await _proven(request)
    await _require_own_token(request, speaker.fingerprint)
    message = plist.loads(request.body, limit=LARGEST_ANSWER)
    if checkin.is_check_in(message):
        return await _check_in(request, checkin.parse(message), speaker, unseen=unseen)
    return await _connect(request, connect.parse(message), speaker.fingerprint)


@in_house_words
async def serve_declared_profile(request: Request) -> Answer:
    """A profile that a declaration names, for the device to which it was declared."""
    fingerprint = None
    if settings.DEVICE_CERTIFICATE_HEADER or identity.SIGNATURE_HEADER in request.headers:
        speaker, unseen = await _proven(request)
        fingerprint = speaker.fingerprint
        if unseen:
            await _note_first_use(request, fingerprint)
    return await request.in_thread(lambda: asked.profile_at(request.path, fingerprint, request.at))


async def _check_in(
    request: Request, said: checkin.CheckIn, speaker: identity.Speaker, *, unseen: bool
) -> Answer:
    if isinstance(said, checkin.Authenticate | checkin.TokenUpdate):
        arriving = checkins.arriving(said, speaker, request.at)
        if arriving is not None and await request.desk.arrive(arriving):
            request.nudge()
            return Answer()
    fingerprint = speaker.fingerprint
    if unseen:
        await _note_first_use(request, fingerprint)
    answer = await request.in_thread(lambda: checkins.take(said, fingerprint, request.at))
    if asked.is_status(said):
        request.nudge()
    return answer


async def _proven(request: Request) -> tuple[identity.Speaker, bool]:
    """The certificate that speaks, proven, and whether this process had not seen it lately.

    One that it had not seen is looked at closely.
    """
    speaker = identity.speaker(request.headers, request.body, request.peer)
    unseen = not identity.is_trusted(speaker, request.at)
    if unseen:
        certificate = identity.known_to_be_ours(speaker, request.at)
        if certificate is None:
            certificate = await _looked_at(request, speaker)
        identity.remember(speaker, certificate, request.at)
    return speaker, unseen


async def _looked_at(request: Request, speaker: identity.Speaker) -> x509.Certificate:
    """A certificate of the authority in use, or one that was pinned as another server's."""
    authority = await request.in_thread(lambda: the_authority(request.at))
    identity.learn_authority(authority)
    async with request.relaxed.connection(timeout=5) as connection:
        brought = await is_brought(connection, speaker.fingerprint)
    if brought:
        return identity.in_date(speaker, request.at)
    return identity.checked(speaker, authority, request.at)


async def _note_first_use(request: Request, fingerprint: bytes) -> None:
    """Note it where this is the first use; on the command channel a poll finds that out."""
    async with request.relaxed.connection(timeout=5) as connection:
        fresh = await is_fresh(connection, fingerprint)
    if fresh:
        await _note_use(request, fingerprint)


async def _note_use(request: Request, fingerprint: bytes) -> None:
    """A certificate that an enrolled device uses for the first time retires the one before it."""
    await request.in_thread(
        lambda: actions.note_use(fingerprint=fingerprint, actor=enrolling.STRANGER, at=request.at)
    )


async def _require_own_token(request: Request, fingerprint: bytes) -> None:
    """A device that came by account brings its token: it must be its own, where there is one."""
    header = request.headers.get("authorization")
    if header is None:
        return
    token = accounts.bearer_of(header)
    if identity.token_is_known(fingerprint, token, request.at):
        return
    async with request.relaxed.connection(timeout=5) as connection:
        own = await is_own(connection, fingerprint=fingerprint, token=token)
    if not own:
        raise errors.GrantRefused("The token of the sign-in is not this device's.")
    identity.remember_token(fingerprint, token, request.at)


async def _channel(request: Request, answer: connect.Answer, fingerprint: bytes) -> UUID | None:
    """The channel of the user who speaks; None on the device's own."""
    if not answer.ids.is_user_channel:
        return None
    async with request.relaxed.connection(timeout=5) as connection:
        found = await user_channel(connection, fingerprint=fingerprint, user=answer.ids.user)
    if found is None:
        raise NotFound("This device has not told of this user.")
    return found


async def _connect(request: Request, answer: connect.Answer, fingerprint: bytes) -> Answer:
    channel = await _channel(request, answer, fingerprint)
    idle = answer.status is connect.Status.IDLE
    said = None if idle else checkins.answered(answer, request.body)
    device = answer.ids.device
    if said is not None and said.confidential:
        await request.in_thread(
            lambda: checkins.keep_secrets(said, device, fingerprint, request.at)
        )
    polled = await request.desk.poll(Call(fingerprint, device, request.at, said, channel))
    if polled is None:
        raise errors.UnknownIdentity("No enrolment has this certificate.")
    if polled.over:
        # says which: the enrolment has ended, or this certificate alone is not good any more
        await request.in_thread(lambda: enrolment_of(fingerprint, request.at))
        raise errors.EnrolmentOver("The enrolment of this device has ended.")
    if polled.wrong:
        raise errors.WrongDevice("This certificate belongs to another device.")
    if polled.fresh:
        await _note_use(request, fingerprint)
    if said is not None:
        if polled.kept:
            request.nudge()
        else:
            await request.in_thread(
                lambda: checkins.keep_answer(said, device, fingerprint, request.at)
            )
    if polled.command_id is None:
        return Answer()
    command_id, payload = polled.command_id, polled.payload
    opened = open_payload(command_id, payload) if polled.sealed else payload
    # the last look before the bytes leave: what is rare is asked of the database once more
    if destruction.destroys(opened) and not await request.in_thread(
        lambda: settling.may_go(command_id, request.at)
    ):
        return Answer()
    return Answer(opened, media_type=checkins.XML)


def routes() -> tuple[Route, ...]:
    return (
        Route("/enrol", frozenset({"GET"}), serve_profile),
        Route(automated.PATH, frozenset({"GET", "POST"}), serve_automated, automated.LARGEST),
        Route("/scep", frozenset({"GET", "POST"}), serve_scep, LARGEST_SCEP),
        Route(legacy.PREFIX, frozenset({"GET"}), serve_declared_profile),
        Route("/.well-known/com.apple.remotemanagement", frozenset({"GET"}), serve_discovery),
        Route(accounts.BASE, frozenset({"POST"}), serve_account, machine_info.LARGEST),
        Route("/acme", frozenset({"GET", "HEAD", "POST"}), serve_acme, LARGEST_ACME),
        *(
            Route(path, frozenset({"PUT", "POST"}), serve_device, LARGEST_ANSWER)
            for path in dict.fromkeys(("/mdm/apple", *settings.APPLE_FORMER_PATHS))
        ),
    )
