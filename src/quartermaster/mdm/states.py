"""The states of invitations, enrolments and commands, each with its one table of transitions."""

from enum import StrEnum

from quartermaster.kernel.transitions import Machine, Transition


class InvitationState(StrEnum):
    OPEN = "open"
    FETCHED = "fetched"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class EnrolmentState(StrEnum):
    """Pending: a certificate was issued and the device has not brought its token yet."""

    PENDING = "pending"
    ENROLLED = "enrolled"
    ENDED = "ended"


class CommandState(StrEnum):
    """Deferred: the device answered “not now” and will be offered the command again."""

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RenewalState(StrEnum):
    """Leave for one new certificate. Replaced: a newer leave was given before it was used."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    EXPIRED = "expired"


class OrderState(StrEnum):
    """An order for a certificate (RFC 8555, section 7.1.6)."""

    PENDING = "pending"
    READY = "ready"
    VALID = "valid"
    INVALID = "invalid"


class ProofState(StrEnum):
    """The authorisation of an order, and its one challenge."""

    PENDING = "pending"
    VALID = "valid"
    INVALID = "invalid"


class WakeOutcome(StrEnum):
    """How the last wake went.

    Gone: the device's token is none any more. Elsewhere: the device listens to another identity
    than ours. Busy and failed are tried again.
    """

    DELIVERED = "delivered"
    GONE = "gone"
    ELSEWHERE = "elsewhere"
    BUSY = "busy"
    FAILED = "failed"


CANNOT_BE_WOKEN = frozenset({WakeOutcome.GONE, WakeOutcome.ELSEWHERE})


class CredentialStanding(StrEnum):
    """Requested: a key was made and the service has not answered yet."""

    REQUESTED = "requested"
    ACTIVE = "active"
    REPLACED = "replaced"
    RETIRED = "retired"


_WAITING = frozenset({InvitationState.OPEN, InvitationState.FETCHED})
INVITATION = Machine(
    "invitation",
    InvitationState.OPEN,
    [
        Transition("fetch", _WAITING, InvitationState.FETCHED),
        Transition("use", frozenset({InvitationState.FETCHED}), InvitationState.USED),
        Transition("cancel", _WAITING, InvitationState.CANCELLED),
        Transition("expire", _WAITING, InvitationState.EXPIRED),
    ],
)

_LIVE = frozenset({EnrolmentState.PENDING, EnrolmentState.ENROLLED})
ENROLMENT = Machine(
    "enrolment",
    EnrolmentState.PENDING,
    [
        Transition("authenticate", _LIVE, EnrolmentState.PENDING),
        Transition("update token", _LIVE, EnrolmentState.ENROLLED),
        Transition("end", _LIVE, EnrolmentState.ENDED),
    ],
)

LOST = "do:lost-mode"  # the key of the commands that switch lost mode on and off
LOCATE = "do:locate"
INSTALL = "install:"  # the key of a command that brings a payload begins so
ATTESTATION = "ask:attestation"  # the key of a command that asks for the maker's word
OPEN_COMMANDS = frozenset({CommandState.QUEUED, CommandState.SENT, CommandState.DEFERRED})
COMMAND = Machine(
    "command",
    CommandState.QUEUED,
    [
        Transition("send", OPEN_COMMANDS, CommandState.SENT),
        Transition("defer", frozenset({CommandState.SENT}), CommandState.DEFERRED),
        Transition("acknowledge", OPEN_COMMANDS, CommandState.ACKNOWLEDGED),
        Transition("fail", OPEN_COMMANDS, CommandState.FAILED),
        Transition("cancel", OPEN_COMMANDS, CommandState.CANCELLED),
        Transition("expire", OPEN_COMMANDS, CommandState.EXPIRED),
    ],
)

CREDENTIAL = Machine(
    "service credential",
    CredentialStanding.REQUESTED,
    [
        Transition(
            "activate", frozenset({CredentialStanding.REQUESTED}), CredentialStanding.ACTIVE
        ),
        Transition("replace", frozenset({CredentialStanding.ACTIVE}), CredentialStanding.REPLACED),
        Transition(
            "retire",
            frozenset({CredentialStanding.REQUESTED, CredentialStanding.ACTIVE}),
            CredentialStanding.RETIRED,
        ),
    ],
)

RENEWAL = Machine(
    "renewal",
    RenewalState.OPEN,
    [
        Transition("use", frozenset({RenewalState.OPEN}), RenewalState.USED),
        Transition("replace", frozenset({RenewalState.OPEN}), RenewalState.REPLACED),
        Transition("expire", frozenset({RenewalState.OPEN}), RenewalState.EXPIRED),
    ],
)

_UNDER_WAY = frozenset({OrderState.PENDING, OrderState.READY})
ORDER = Machine(
    "certificate order",
    OrderState.PENDING,
    [
        Transition("prove", frozenset({OrderState.PENDING}), OrderState.READY),
        Transition("finish", frozenset({OrderState.READY}), OrderState.VALID),
        Transition("fail", _UNDER_WAY, OrderState.INVALID),
    ],
)
PROOF = Machine(
    "proof of an order",
    ProofState.PENDING,
    [
        Transition("prove", frozenset({ProofState.PENDING}), ProofState.VALID),
        Transition("fail", frozenset({ProofState.PENDING}), ProofState.INVALID),
    ],
)
