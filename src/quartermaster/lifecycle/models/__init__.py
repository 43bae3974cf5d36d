"""The tables of the room."""

from quartermaster.lifecycle.models.delegations import Delegation
from quartermaster.lifecycle.models.denials import Denial
from quartermaster.lifecycle.models.disposals import DisposalLine, SurplusLot, WriteOff
from quartermaster.lifecycle.models.handovers import AwaitedEnrolment, Handover, HandoverItem
from quartermaster.lifecycle.models.loans import Loan, LoanDay, PoolHotspot
from quartermaster.lifecycle.models.losses import (
    Loss,
    LossStatement,
    LossStep,
    Replacement,
    ReplacementState,
)
from quartermaster.lifecycle.models.personal import Leaving
from quartermaster.lifecycle.models.recoveries import (
    LetterKind,
    Recovery,
    RecoveryCharge,
    RecoveryItem,
    RecoveryLetter,
    RecoveryStep,
)
from quartermaster.lifecycle.models.requests import Request, RequestItem, Reservation
from quartermaster.lifecycle.models.returns import (
    Return,
    ReturnItem,
    Sanitisation,
    SanitisationEvidence,
)
from quartermaster.lifecycle.models.second import SecondDevice

__all__ = [
    "AwaitedEnrolment",
    "Delegation",
    "Denial",
    "DisposalLine",
    "Handover",
    "HandoverItem",
    "Leaving",
    "LetterKind",
    "Loan",
    "LoanDay",
    "Loss",
    "LossStatement",
    "LossStep",
    "PoolHotspot",
    "Recovery",
    "RecoveryCharge",
    "RecoveryItem",
    "RecoveryLetter",
    "RecoveryStep",
    "Replacement",
    "ReplacementState",
    "Request",
    "RequestItem",
    "Reservation",
    "Return",
    "ReturnItem",
    "Sanitisation",
    "SanitisationEvidence",
    "SecondDevice",
    "SurplusLot",
    "WriteOff",
]
