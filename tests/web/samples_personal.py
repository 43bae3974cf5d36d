"""Ana's own phone."""

from tests.factories import inventory
from tests.web.samples import sample


@sample("personal:powers", "personal:leave")
def own(cast, at):
    return {"key": inventory.PersonalDeviceFactory(holder=cast.ana).pk}
