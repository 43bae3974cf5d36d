"""Errors of the room mdm."""

from enum import StrEnum

from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused


class NoConsent(Conflict):
    """A personal device needs its owner's consent to the disclosure (G-2)."""

    code = "no-consent"


class InvitationUnusable(NotFound):
    """The invitation is unknown, used, cancelled or too old."""

    code = "invitation-unusable"


class HolderLeft(Conflict):
    """Whom the device was for holds it no longer, or has left the City's service."""

    code = "holder-left"


class WrongWay(Conflict):
    """Such a device does not come under management in this way."""

    code = "wrong-way"


class GrantRefused(Refused):
    """The token of a sign-in is unknown, too old, used, or for another device."""

    code = "grant-refused"


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


class WrongTopic(Refused):
    """The device would be woken under a name that it was not given here."""

    code = "wrong-topic"


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


class ListTrouble(StrEnum):
    """Why a maker's service refused, as far as something follows from it."""

    TERMS = "terms"
    CREDENTIAL = "credential"
    CURSOR_OVER = "cursor-over"
    EXHAUSTED = "exhausted"
    NOT_FOUND = "not-found"
    BUSY = "busy"
    OTHER = "other"


class ListRefused(Conflict):
    """A maker's service did not do what was asked.

    ``wait``: seconds to leave it alone; ``todo``: what a person must do, if one must.
    """

    code = "list-refused"

    def __init__(self, trouble: ListTrouble, message: str, wait: int = 0, todo: str = "") -> None:
        super().__init__(message, trouble=trouble.value)
        self.trouble = trouble
        self.wait = wait
        self.todo = todo


class NotListed(Refused):
    """The device is not in the maker's list of what the City bought."""

    code = "not-listed"


class NotInInventory(Refused):
    """The City bought the device, and the inventory does not know it yet."""

    code = "not-in-inventory"


class RequestReplayed(Refused):
    """The device has asked anew since this was signed."""

    code = "request-replayed"


class NotTheHolder(Refused):
    """The device is for somebody else."""

    code = "not-the-holder"


class UpdateRequired(Refused):
    """The device must update its system before it is enrolled."""

    code = "update-required"

    def __init__(self, version: str) -> None:
        super().__init__(f"The device must be updated to {version} first.", version=version)
        self.version = version


class NotReleased(Refused):
    """A command that destroys takes a request that two people stand for."""

    code = "not-released"


class OnHold(Conflict):
    """A legal hold keeps the device as it is; lock it or put it into lost mode instead."""

    code = "on-hold"


class ApprovalTakesAPerson(Refused):
    """A second person approves on the page, with the password; no program can."""

    code = "approval-takes-a-person"


class NonceRefused(Refused):
    """The nonce is not ours, too old, or was used."""

    code = "nonce-refused"


class OrderRefused(Refused):
    """There is no such order for this account, or it is not in the state for this."""

    code = "order-refused"


class ProofRefused(Refused):
    """What was brought does not prove what the order asks for."""

    code = "proof-refused"
