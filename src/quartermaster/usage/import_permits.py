"""Who may take in carriers' files, see what became of them, and say how carriers write.

Imports are ITMD's and the auditors'; coordinators see what comes of them, and may propose a
profile for a layout that nobody knows yet.
"""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM, Role

_ITMD = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}
_READERS = {**_ITMD, Role.AUDITOR: Scope.CITY}

IMPORT_VIEW = permit("usage.import.view", "See which carriers' files were imported", _READERS)
IMPORT_RUN = permit("usage.import.run", "Import carriers' files", _ITMD)
DIFFERENCE_RESOLVE = permit(
    "usage.difference.resolve",
    "Look into totals that do not agree, and say what became of it",
    _ITMD,
)
PROFILE_VIEW = permit(
    "usage.profile.view",
    "See how carriers write their files",
    {**_READERS, Role.COORDINATOR: Scope.DEPARTMENT},
)
PROFILE_PROPOSE = permit(
    "usage.profile.propose",
    "Map a new layout of a carrier",
    {**_ITMD, Role.COORDINATOR: Scope.DEPARTMENT},
)
PROFILE_ADOPT = permit(
    "usage.profile.adopt",
    "Put a profile into use",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
