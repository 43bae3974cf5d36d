"""The tables of the room mdm."""

from quartermaster.mdm.models.commands import Command, Orphan
from quartermaster.mdm.models.credentials import ServiceCredential
from quartermaster.mdm.models.enrolment import Authority, Certificate, Enrolment, Invitation
from quartermaster.mdm.models.escrow import EscrowedSecret, SecretKind
from quartermaster.mdm.models.posture import StoredFact

__all__ = [
    "Authority",
    "Certificate",
    "Command",
    "Enrolment",
    "EscrowedSecret",
    "Invitation",
    "Orphan",
    "SecretKind",
    "ServiceCredential",
    "StoredFact",
]
