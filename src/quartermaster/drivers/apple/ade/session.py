"""Apple's service behind the house's protocol of a list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.conf import settings

from quartermaster.drivers.apple.ade.client import DepClient
from quartermaster.drivers.apple.wire import dep, servertoken
from quartermaster.drivers.apple.wire.dep import Trouble
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.inventory.models import DeviceClass, Platform
from quartermaster.mdm.errors import ListRefused, ListTrouble
from quartermaster.mdm.makers import Listed, ListedPage, Outcomes

T = TypeVar("T")
DONE = "SUCCESS"
# what each of Apple's families is in the inventory; the others are no devices of the policy
FAMILIES: Mapping[str, tuple[DeviceClass, Platform]] = {
    "iphone": (DeviceClass.SMARTPHONE, Platform.IOS),
    "ipad": (DeviceClass.TABLET, Platform.IPADOS),
    "mac": (DeviceClass.LAPTOP, Platform.MACOS),
}
OUTCOMES: Mapping[str, str] = {
    "NOT_ACCESSIBLE": "Apple says that the device does not belong to this server.",
    "FAILED": "Apple could not assign the profile.",
    "THROTTLED": "Apple asks to wait before the profile is assigned.",
    "NO_ANSWER": "Apple said nothing of this device.",
}
_AGREE = (
    "Apple has new terms. The administrator of Apple Business Manager signs in at"
    " business.apple.com, reads them and agrees; then read the list again here."
)
_RENEW = (
    "Make a new request for the server token, upload it at business.apple.com, and bring the token"
    " that you get."
)
_LOOK = (
    "Look at business.apple.com whether the MDM server is still there and allowed; then bring a"
    " new server token."
)
_MEANINGS: Mapping[Trouble, tuple[ListTrouble, str, str]] = {
    Trouble.TERMS: (
        ListTrouble.TERMS,
        "Apple's terms have changed, and nobody has agreed to them for the City yet.",
        _AGREE,
    ),
    Trouble.TOKEN_REFUSED: (
        ListTrouble.CREDENTIAL,
        "Apple does not take the server token any more: it ran out, or was replaced.",
        _RENEW,
    ),
    Trouble.ACCESS_DENIED: (
        ListTrouble.CREDENTIAL,
        "Apple denies this server access to the list.",
        _LOOK,
    ),
    Trouble.SESSION_OVER: (
        ListTrouble.CREDENTIAL,
        "Apple denies this server access to the list.",
        _LOOK,
    ),
}
_PLAIN: Mapping[Trouble, ListTrouble] = {
    Trouble.CURSOR_OVER: ListTrouble.CURSOR_OVER,
    Trouble.CURSOR_EXHAUSTED: ListTrouble.EXHAUSTED,
    Trouble.BUSY: ListTrouble.BUSY,
    Trouble.NOT_FOUND: ListTrouble.NOT_FOUND,
}


@contextmanager
def opened(secret: bytes) -> Iterator["Session"]:
    """A session with the service at the address of the settings."""
    with DepClient(settings.ADE_SERVER_URL, servertoken.read(secret)) as client:
        yield Session(client)


def in_house_words(call: Callable[[], T]) -> T:
    """Call the service; its refusals in the house's words."""
    try:
        return call()
    except dep.Refused as problem:
        raise _refused(problem) from problem
    except WireError as problem:
        raise ListRefused(ListTrouble.OTHER, str(problem)) from problem


def _refused(problem: dep.Refused) -> ListRefused:
    if problem.trouble in _MEANINGS:
        trouble, message, todo = _MEANINGS[problem.trouble]
        return ListRefused(trouble, message, problem.wait, todo)
    return ListRefused(_PLAIN.get(problem.trouble, ListTrouble.OTHER), f"{problem}.", problem.wait)


class Session:
    """What `mdm.abilities.ListSession` asks for."""

    def __init__(self, client: DepClient) -> None:
        self._client = client

    def owner(self) -> str:
        said = in_house_words(self._client.account)
        return ", ".join(part for part in (said.organisation, said.server_name) if part)

    def server_id(self) -> str:
        """As which of the portal's servers Apple knows us."""
        return in_house_words(self._client.account).server_uuid

    def whole(self, cursor: str) -> ListedPage:
        return _page(in_house_words(lambda: self._client.fetch(cursor)))

    def changes(self, cursor: str) -> ListedPage:
        return _page(in_house_words(lambda: self._client.sync(cursor)))

    def define(self, content: Mapping[str, Any]) -> str:
        made = in_house_words(lambda: self._client.define(dict(content)))
        if not made.profile_uuid:
            raise ListRefused(ListTrouble.OTHER, "Apple defined the profile and did not name it.")
        return made.profile_uuid

    def assign(self, profile_id: str, serials: Sequence[str]) -> Outcomes:
        return _outcomes(in_house_words(lambda: self._client.assign(profile_id, serials)))

    def unassign(self, serials: Sequence[str]) -> Outcomes:
        return _outcomes(in_house_words(lambda: self._client.unassign(serials)))


def _outcomes(said: dep.Assigned) -> Outcomes:
    done = frozenset(serial for serial, outcome in said.devices.items() if outcome == DONE)
    others = {serial: outcome for serial, outcome in said.devices.items() if outcome != DONE}
    return Outcomes(done, others, said.wait)


def _page(said: dep.Page) -> ListedPage:
    return ListedPage(
        devices=tuple(_listed(item) for item in said.devices),
        cursor=said.cursor,
        more=said.more,
        as_of=said.fetched_until,
        skipped=said.skipped,
    )


def _listed(item: dep.Device) -> Listed:
    device_class, platform = FAMILIES.get(item.family.lower(), ("", ""))
    return Listed(
        serial=item.serial,
        model=item.model,
        description=item.description,
        colour=item.colour,
        asset_tag=item.asset_tag,
        family=item.family,
        device_class=str(device_class),
        platform=str(platform),
        assigned_at=item.assigned_at,
        assigned_by=item.assigned_by,
        profile_status=item.profile_status[:40],
        profile_id=item.profile_uuid[:100],
        profile_assigned_at=item.profile_assigned_at,
        removed=item.operation is dep.Operation.DELETED,
        changed_at=item.operated_at,
    )
