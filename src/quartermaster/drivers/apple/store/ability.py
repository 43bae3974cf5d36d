"""The ability `mdm.licensing.LicensesSoftware`, for the driver to have, and its door."""

from contextlib import AbstractContextManager

from quartermaster.drivers.apple.door import in_house_words
from quartermaster.drivers.apple.store import client, reading
from quartermaster.drivers.apple.store.token import APPS
from quartermaster.mdm.door import Answer, Request, Route
from quartermaster.mdm.licences.notices import require_token, take_notice
from quartermaster.mdm.licensing import LicenceService

LARGEST_NOTICE = 512 * 1024  # a hundred elements, generously
PREFIX = "/notices/apps-and-books"
DRIVER = "apple"


class Licensing:
    """Licences of Apps and Books, as the room `mdm` has them given and taken back."""

    licence_kind = APPS.name
    notice_path = PREFIX

    def licence_service(self, secret: bytes) -> AbstractContextManager[LicenceService]:
        return client.opened(secret)


@in_house_words
async def serve_notice(request: Request) -> Answer:
    """A notification: proven by the token that we gave to Apple, before it is read."""
    said = request.headers.get("authorization", "")
    await request.in_thread(lambda: require_token(DRIVER, APPS.name, said))
    notice = reading.notice(request.body)
    await request.in_thread(lambda: take_notice(DRIVER, APPS.name, notice, request.at))
    return Answer()


def routes() -> tuple[Route, ...]:
    return (Route(PREFIX, frozenset({"POST"}), serve_notice, LARGEST_NOTICE),)
