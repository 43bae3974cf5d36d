"""The tables of the room mdm."""

from quartermaster.mdm.models.accounts import AccountGrant
from quartermaster.mdm.models.arrivals import Arrival, ArrivalStep
from quartermaster.mdm.models.automated import AutomatedProfile, DeviceList, ListedDevice
from quartermaster.mdm.models.channels import UserChannel
from quartermaster.mdm.models.commands import Command, Orphan
from quartermaster.mdm.models.credentials import CredentialWarning, ServiceCredential
from quartermaster.mdm.models.declarations import Announcement, DeclaredState, StatusReport
from quartermaster.mdm.models.destruction import (
    DestructiveApproval,
    DestructiveRequest,
    DestructiveTarget,
)
from quartermaster.mdm.models.enrolment import (
    Authority,
    Certificate,
    Enrolment,
    Invitation,
    Renewal,
)
from quartermaster.mdm.models.escrow import (
    EscrowedSecret,
    Reveal,
    SealingCertificate,
    SecretKind,
)
from quartermaster.mdm.models.licences import (
    Licence,
    LicenceEvent,
    LicencePool,
    LicenceUser,
    ServiceNotice,
)
from quartermaster.mdm.models.location import Location
from quartermaster.mdm.models.orders import AcmeAccount, CertificateOrder, SpentNonce
from quartermaster.mdm.models.posture import StoredFact
from quartermaster.mdm.models.software import (
    DeviceSoftware,
    Origin,
    Purpose,
    Software,
    SoftwareAssignment,
    SoftwarePackage,
    SoftwareSource,
)
from quartermaster.mdm.models.waking import Wake

__all__ = [
    "AccountGrant",
    "AcmeAccount",
    "Announcement",
    "Arrival",
    "ArrivalStep",
    "Authority",
    "AutomatedProfile",
    "Certificate",
    "CertificateOrder",
    "Command",
    "CredentialWarning",
    "DeclaredState",
    "DestructiveApproval",
    "DestructiveRequest",
    "DestructiveTarget",
    "DeviceList",
    "DeviceSoftware",
    "Enrolment",
    "EscrowedSecret",
    "Invitation",
    "Licence",
    "LicenceEvent",
    "LicencePool",
    "LicenceUser",
    "ListedDevice",
    "Location",
    "Origin",
    "Orphan",
    "Purpose",
    "Renewal",
    "Reveal",
    "SealingCertificate",
    "SecretKind",
    "ServiceCredential",
    "ServiceNotice",
    "Software",
    "SoftwareAssignment",
    "SoftwarePackage",
    "SoftwareSource",
    "SpentNonce",
    "StatusReport",
    "StoredFact",
    "UserChannel",
    "Wake",
]
