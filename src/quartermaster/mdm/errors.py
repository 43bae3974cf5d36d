"""Errors of the room mdm."""

from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused


class NoConsent(Conflict):
    """A personal device needs its owner's consent to the disclosure (G-2)."""

    code = "no-consent"


class InvitationUnusable(NotFound):
    """The invitation is unknown, used, cancelled or too old."""

    code = "invitation-unusable"


class ChallengeRefused(Refused):
    """The one-time challenge is wrong, used or too old."""

    code = "challenge-refused"


class UnknownIdentity(Refused):
    """No enrolment has this certificate."""

    code = "unknown-identity"


class EnrolmentOver(Refused):
    """The enrolment of this certificate has ended; the device should forget it."""

    code = "enrolment-over"
    status = 401


class IdentityRevoked(Refused):
    """This certificate was revoked or replaced; the enrolment itself goes on."""

    code = "identity-revoked"


class WrongDevice(Refused):
    """The device is another than the one the certificate or invitation was for."""

    code = "wrong-device"


class NotPossible(Conflict):
    """The device cannot do what is asked of it; the sentence says why."""

    code = "not-possible"


class NotManageable(InvalidInput):
    """This device has no management channel."""

    code = "not-manageable"


class CredentialUnusable(InvalidInput):
    """The file is no credential of this kind, or does not fit the request."""

    code = "credential-unusable"


class IdentityChanges(Conflict):
    """The new credential has another identity than the one in use; that must be meant."""

    code = "credential-identity-changes"
