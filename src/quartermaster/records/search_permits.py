"""Who may keep searches, and who tells of what is new in them."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SYSTEM

SEARCH_KEEP = permit(
    "records.search.keep", "Keep searches of records of one's own", {EMPLOYEE: Scope.OWN}
)
SEARCH_TELL = permit(
    "records.search.tell", "Tell of what is new in searches that are kept", {SYSTEM: Scope.CITY}
)
