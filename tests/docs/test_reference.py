"""Every command, permit, event and state machine is documented, and the page is up to date."""

from quartermaster.kernel.permits import all_permits
from tools import reference_page


def test_reference_is_up_to_date():
    written = reference_page.PAGE.read_text(encoding="utf-8")
    assert written == reference_page.page(), "run `make docs`"


def test_every_permit_stands_in_it():
    written = reference_page.PAGE.read_text(encoding="utf-8")
    codes = [item.code for item in all_permits() if not item.code.startswith("test.")]
    assert [code for code in codes if f"`{code}`" not in written] == []
