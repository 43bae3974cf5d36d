"""Who may ask for usage detail of a person, who decides, and who may look. Nobody else has a way.

No role reads detail by itself: looking takes a granted request of one's own, and the person must
still be among one's people. What ITMD and auditors see is that a request was made.
"""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

DETAIL_ASK = permit(
    "usage.detail-request.ask",
    "Ask for the usage detail of a person one supervises",
    {SUPERVISOR: Scope.REPORTS},
)
DETAIL_READ = permit(
    "usage.detail-request.read",
    "Look at the usage detail of a granted request of one's own",
    {SUPERVISOR: Scope.REPORTS},
)
DETAIL_REQUESTS_VIEW = permit(
    "usage.detail-request.view",
    "See requests for usage detail, and who looked",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        SUPERVISOR: Scope.REPORTS,
    },
)
DETAIL_DECIDE = permit(
    "usage.detail-request.decide",
    "Decide on requests for usage detail",
    {Role.ITMD_ADMIN: Scope.CITY},
)
DETAIL_TOLD = permit(
    "usage.detail-request.told",
    "See who asked for one's own usage detail, and looked",
    {EMPLOYEE: Scope.OWN},
)
DETAIL_REQUESTS_KEEP = permit(
    "usage.detail-request.keep", "Keep requests for usage detail going", {SYSTEM: Scope.CITY}
)
