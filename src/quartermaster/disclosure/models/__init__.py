"""The tables of the room disclosure."""

from quartermaster.disclosure.models.answers import (
    Appeal,
    FeeEstimate,
    Letter,
    SubjectNotice,
)
from quartermaster.disclosure.models.files import SealedFile
from quartermaster.disclosure.models.packages import Package, PackageFile, PackageWork
from quartermaster.disclosure.models.requests import Knock, RecordsRequest
from quartermaster.disclosure.models.review import AddedExemption, Redaction, RequestItem
from quartermaster.disclosure.models.searches import Search

__all__ = [
    "AddedExemption",
    "Appeal",
    "FeeEstimate",
    "Knock",
    "Letter",
    "Package",
    "PackageFile",
    "PackageWork",
    "RecordsRequest",
    "Redaction",
    "RequestItem",
    "SealedFile",
    "Search",
    "SubjectNotice",
]
