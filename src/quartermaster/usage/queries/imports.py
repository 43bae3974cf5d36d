"""Reads of the ledger of carriers' files."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from quartermaster.billing.models import Contract
from quartermaster.inventory.models import Line
from quartermaster.kernel.permits import Actor, reach
from quartermaster.usage.import_permits import IMPORT_VIEW, PROFILE_VIEW
from quartermaster.usage.models import (
    CarrierFile,
    Difference,
    ImportedPart,
    ProfileVersion,
    RefusedRow,
)
from quartermaster.usage.rules.imports import LIVE_DIFFERENCES, FileState, PartState
from quartermaster.usage.rules.profiles import Profile
from quartermaster.usage.shipped import shipped

ANY = "*"


def files_visible_to(actor: Actor) -> QuerySet[CarrierFile]:
    """Carriers' files, for those who see imports of the whole city."""
    rows = CarrierFile.objects.annotate(
        taken_rows=Sum("parts__rows", default=0), left_rows=Sum("parts__refused", default=0)
    )
    newest = rows.order_by("-received_at", "-id")  # the order of the table is lost by adding up
    return newest if reach(actor, IMPORT_VIEW).everything else rows.none()


def parts_visible_to(actor: Actor) -> QuerySet[ImportedPart]:
    rows = ImportedPart.objects.select_related("file", "replaced_by__file").defer("content")
    return rows if reach(actor, IMPORT_VIEW).everything else rows.none()


def refused_rows_visible_to(actor: Actor) -> QuerySet[RefusedRow]:
    """Rows that were not taken; the text of call detail is sealed and not among what is read."""
    rows = RefusedRow.objects.select_related("file").defer("sealed_text")
    return rows if reach(actor, IMPORT_VIEW).everything else rows.none()


def differences_visible_to(actor: Actor) -> QuerySet[Difference]:
    rows = Difference.objects.select_related("assigned_to", "invoice")
    return rows if reach(actor, IMPORT_VIEW).everything else rows.none()


def live_differences(actor: Actor) -> QuerySet[Difference]:
    return differences_visible_to(actor).filter(
        state__in=sorted(state.value for state in LIVE_DIFFERENCES)
    )


def in_force(actor: Actor) -> QuerySet[ImportedPart]:
    return parts_visible_to(actor).filter(state=PartState.IN_FORCE.value)


def refused_files(actor: Actor) -> QuerySet[CarrierFile]:
    return files_visible_to(actor).filter(
        state__in=[FileState.REFUSED.value, FileState.STOPPED.value]
    )


def profile_versions_visible_to(actor: Actor) -> QuerySet[ProfileVersion]:
    """What was made here; to a coordinator as well, because it names nobody."""
    rows = ProfileVersion.objects.select_related("made_by")
    return rows.none() if reach(actor, PROFILE_VIEW).nothing else rows


def profiles_in_use() -> list[tuple[Profile, int]]:
    """Each profile with its version: the newest that was adopted here, else the shipped one."""
    found = {profile.key: (profile, 0) for profile in shipped()}
    rows = ProfileVersion.objects.filter(adopted_at__isnull=False).order_by("key", "number")
    for row in rows:
        found[row.key] = (Profile.model_validate(row.definition), row.number)
    return [found[key] for key in sorted(found)]


def plain_account(account: str) -> str:
    """An account's number without what carriers put between its digits."""
    return "".join(c for c in account.upper() if c.isalnum())


def contracts_of(account: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The vendors whose contract with the City has this account, each with it as we write it.

    ``names`` are what the carrier may be called; "*" is any.
    """
    wanted = plain_account(account)
    known: dict[str, str] = {}
    for contract in Contract.objects.filter(carrier=True).filter(_called(names, "vendor")):
        accounts = [contract.account] if contract.account else []
        of_lines = Line.objects.filter(carrier__iexact=contract.vendor).exclude(account="")
        accounts += of_lines.order_by("account").values_list("account", flat=True).distinct()
        for ours in accounts:
            if wanted and plain_account(ours) == wanted:
                known.setdefault(contract.vendor, ours)
    return sorted(known.items())


def _called(names: tuple[str, ...], field: str) -> Q:
    if ANY in names:
        return Q()
    match = Q()
    for name in names:
        match |= Q(**{f"{field}__iexact": name})
    return match


def proposals(actor: Actor) -> QuerySet[ProfileVersion]:
    """Versions that wait to be put into use: the newest of each, where no later one is."""
    rows = profile_versions_visible_to(actor)
    adopted = ProfileVersion.objects.filter(key=OuterRef("key"), adopted_at__isnull=False)
    later = adopted.filter(number__gt=OuterRef("number"))
    return rows.filter(adopted_at=None).exclude(Exists(later))
