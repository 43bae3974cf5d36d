"""What of this room can be found by the global search."""

from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.compliance.queries import findings_visible_to
from quartermaster.web.search import searchable

searchable(
    "Findings",
    rows=findings_visible_to,
    permit=FINDING_VIEW,
    fields=("device__asset_tag", "title", "holder__family_name", "holder__given_name", "clause"),
    url_name="compliance:finding",
    note=lambda finding: finding.get_state_display(),
    order=40,
)
