"""Pages of requirements, as each of the cast sees them; plan, then apply."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.kernel.clock import now
from quartermaster.kernel.ids import new_id
from quartermaster.org.models import Coverage, Department
from quartermaster.policy import queries
from quartermaster.policy.models import RequirementChange, RequirementException
from tests.factories.destruction import account
from tests.factories.org import PASSWORD

OPEN_TO_ALL = ["city", "departments", "changes", "exceptions", "request-exception"]


def _text(answer):
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(words))


def _department(name, department, **more):
    return reverse(f"requirements:{name}", kwargs={"key": department.pk, **more})


def _parcel(answer):
    found = re.search(r'name="parcel" value="([^"]+)"', answer.content.decode())
    return unescape(found.group(1))


def _overlay(cast, ownership="city"):
    return _department("overlay", cast.water, ownership=ownership)


@pytest.mark.parametrize("name", OPEN_TO_ALL)
@pytest.mark.parametrize("who", ["ana", "cole", "sue", "ida", "rex"])
def test_pages_that_everyone_may_open(cast, applied, browse, who, name):
    answer = browse(getattr(cast, who)).get(reverse(f"requirements:{name}"))
    assert answer.status_code == 200


def test_the_city_page_lists_settings_with_clause_and_value(cast, applied, browse):
    text = _text(browse(cast.rex).get(reverse("requirements:city")))
    assert "Passcode length G-3 At least 6 characters At least 6 characters" in text
    assert "Takes two people to change" in text


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_edit_the_city(cast, applied, browse, who, method):
    address = reverse("requirements:edit-city", kwargs={"ownership": "city"})
    assert getattr(browse(getattr(cast, who)), method)(address).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 200), ("cole", 200), ("sue", 200), ("ida", 200), ("rex", 404)]
)
def test_who_sees_a_department(cast, applied, browse, who, status):
    answer = browse(getattr(cast, who)).get(_department("department", cast.water))
    assert answer.status_code == status


@pytest.mark.clause("C-5")
def test_an_overlay_is_planned_and_then_applied_as_shown(cast, applied, browse):
    cole = browse(cast.cole)
    form = cole.get(_overlay(cast))
    assert "Now: At least 6 characters." in _text(form)
    shown = cole.post(_overlay(cast), {"passcode_minimum_length": 8, "blocked_software": "com.b"})
    text = _text(shown)
    assert "Passcode length (G-3) At least 6 characters At least 8 characters" in text
    assert "Nothing is changed yet" in text
    assert RequirementChange.objects.count() == 1
    done = cole.post(_overlay(cast), {"parcel": _parcel(shown), "reason": "Field work"})
    assert done.status_code == 302
    effective = queries.effective_requirements(cast.water.id, "city")
    assert effective.requirements.passcode_minimum_length == 8
    assert effective.requirements.blocked_software == {"com.b"}
    page = _text(cole.get(_department("department", cast.water)))
    assert "Passcode length At least 8 characters G-3 Water Works" in page
    assert "com.b" in cole.get(_overlay(cast)).content.decode()


@pytest.mark.clause("C-5")
def test_a_laxer_overlay_is_refused_with_the_reason(cast, applied, browse):
    answer = browse(cast.cole).post(_overlay(cast), {"passcode_minimum_length": 4})
    text = _text(answer)
    assert "This cannot stand" in text
    assert "laxer than the city's “At least 6 characters”" in text
    assert "parcel" not in answer.content.decode()


def test_a_fault_stands_at_its_field(cast, applied, browse):
    answer = browse(cast.cole).post(_overlay(cast), {"minimum_os_ios": "eighteen"})
    assert answer.status_code == 422
    assert "minimum_os must be a version" in _text(answer)
    assert browse(cast.cole).post(_overlay(cast), {"auto_lock_minutes": 999}).status_code == 422


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 403), ("sue", 403), ("rex", 403), ("cole", 200), ("ida", 200)]
)
def test_who_may_add_for_a_department(cast, applied, browse, who, status):
    assert browse(getattr(cast, who)).get(_overlay(cast)).status_code == status


def test_a_coordinator_has_no_page_for_another_department(cast, applied, browse):
    cole = browse(cast.cole)
    for name, more in (("overlay", {"ownership": "city"}), ("adoption", {})):
        assert cole.get(_department(name, cast.library, **more)).status_code == 404
    assert cole.get(_overlay(cast, "town")).status_code == 404


def test_a_preview_cannot_be_changed_nor_used_by_another(cast, applied, browse):
    shown = browse(cast.cole).post(_overlay(cast), {"passcode_minimum_length": 8})
    for person, parcel in ((cast.cole, "forged"), (cast.ida, _parcel(shown))):
        client = browse(person)
        assert client.post(_overlay(cast), {"parcel": parcel}).status_code == 302
        assert "expired" in _text(client.get(_overlay(cast)))
    assert RequirementChange.objects.count() == 1


def test_a_preview_that_is_out_of_date_changes_nothing(cast, applied, browse):
    cole = browse(cast.cole)
    first = cole.post(_overlay(cast), {"passcode_minimum_length": 8})
    second = cole.post(_overlay(cast), {"passcode_minimum_length": 9})
    cole.post(_overlay(cast), {"parcel": _parcel(second)})
    cole.post(_overlay(cast), {"parcel": _parcel(first)})
    assert "Make the plan again" in _text(cole.get(_overlay(cast)))
    asked = queries.effective_requirements(cast.water.id, "city").requirements
    assert asked.passcode_minimum_length == 9


@pytest.mark.clause("S-3")
def test_an_excluded_department_adopts(cast, applied, browse):
    police = Department.objects.create(
        code="POLICE", name="Police", coverage=Coverage.EXCLUDED, exclusion_reason="Own contracts"
    )
    ida = browse(cast.ida)
    page = _text(ida.get(_department("department", police)))
    assert "excluded from the policy: Own contracts" in page
    address = _department("adoption", police)
    form = {"clauses": ["G-3"], "decided_on": "2026-11-01", "decided_by": "1005"}
    nobody = ida.post(address, {**form, "decided_by": "9999"})
    assert (nobody.status_code, "parcel" in nobody.content.decode()) == (422, False)
    assert "Nobody has the personnel number 9999" in _text(nobody)
    shown = ida.post(address, form)
    assert "Decided by Rex Moreau on November 1, 2026." in _text(shown)
    assert "POLICE city Passcode (G-3) Not required Required" in _text(shown)
    assert ida.post(address, {"parcel": _parcel(shown)}).status_code == 302
    page = _text(ida.get(_department("department", police)))
    assert "Adopted on November 1, 2026: G-3." in page
    shown = ida.post(address, {**form, "clauses": []})
    ida.post(address, {"parcel": _parcel(shown)})
    assert queries.effective_requirements(police.id, "city").requirements.asked() == {}


@pytest.mark.clause("G-10")
def test_what_erases_waits_for_a_second_person(cast, second, applied, browse):
    address = reverse("requirements:edit-city", kwargs={"ownership": "city"})
    ida, ben = browse(cast.ida), browse(second)
    shown = ida.post(address, {"failed_attempts_before_erase": 10})
    assert "It waits until another administrator confirms it." in _text(shown)
    ida.post(address, {"parcel": _parcel(shown)})
    change = RequirementChange.objects.get(state="pending")
    key = {"key": change.pk}
    page = reverse("requirements:change", kwargs=key)
    assert "Waits for a second person" in _text(ida.get(page))
    confirm = reverse("requirements:change-confirm", kwargs=key)
    assert confirm not in ida.get(page).content.decode()
    account(cast.ida)
    assert browse(cast.ida).post(confirm, {"password": PASSWORD}).status_code == 403
    assert browse(cast.rex).post(confirm).status_code == 403
    assert "second person" in _text(ben.get(confirm))
    assert ben.post(confirm).status_code == 422
    account(second)
    ben = browse(second)
    assert ben.post(confirm, {"password": "wrong"}).status_code == 401
    change.refresh_from_db()
    assert change.state == "pending"
    assert ben.post(confirm, {"password": PASSWORD}).status_code == 302
    change.refresh_from_db()
    assert (change.state, change.decided_by) == ("applied", second)


@pytest.mark.parametrize(("verb", "who"), [("decline", "second"), ("withdraw", "ida")])
def test_declining_and_withdrawing_a_change(cast, second, applied, browse, verb, who):
    address = reverse("requirements:edit-city", kwargs={"ownership": "city"})
    ida = browse(cast.ida)
    ida.post(address, {"parcel": _parcel(ida.post(address, {"failed_attempts_before_erase": 10}))})
    change = RequirementChange.objects.get(state="pending")
    client = browse({"second": second, "ida": cast.ida}[who])
    address = reverse(f"requirements:change-{verb}", kwargs={"key": change.pk})
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    change.refresh_from_db()
    assert change.state in {"declined", "withdrawn"}


def test_rex_sees_no_change_and_no_exception(cast, applied, browse):
    rex = browse(cast.rex)
    change = RequirementChange.objects.get()
    assert rex.get(reverse("requirements:change", kwargs={"key": change.pk})).status_code == 404
    for name in ("exception", "exception-withdraw"):
        address = reverse(f"requirements:{name}", kwargs={"key": new_id()})
        assert rex.get(address).status_code == 404
    for name in ("exception-approve", "exception-decline", "exception-end"):
        address = reverse(f"requirements:{name}", kwargs={"key": new_id()})
        assert rex.get(address).status_code == 403


def _ask(client, person, **more):
    form = {
        "setting": "passcode_minimum_length",
        "value": "4",
        "ownership": "city",
        "person": person.number,
        "reason": "Works in gloves",
        "until": localdate(now() + timedelta(days=20)).isoformat(),
    }
    return client.post(reverse("requirements:request-exception"), {**form, **more})


def test_an_exception_from_request_to_end(cast, second, applied, browse):
    cole, ida = browse(cast.cole), browse(cast.ida)
    assert _ask(cole, cast.ana).status_code == 302
    item = RequirementException.objects.get()
    page = reverse("requirements:exception", kwargs={"key": item.pk})
    assert "exception for Ana Reyes" in _text(browse(cast.ana).get(page))
    assert browse(cast.rex).get(page).status_code == 404
    approve = reverse("requirements:exception-approve", kwargs={"key": item.pk})
    assert cole.post(approve).status_code == 403
    assert ida.get(approve).status_code == 200
    assert ida.post(approve).status_code == 302
    assert "Decided by" in _text(ida.get(page))
    assert (
        ida.post(reverse("requirements:exception-end", kwargs={"key": item.pk})).status_code == 302
    )
    item.refresh_from_db()
    assert item.state == "ended"


@pytest.mark.parametrize("verb", ["decline", "withdraw"])
def test_an_exception_that_comes_to_nothing(cast, applied, browse, verb):
    cole = browse(cast.cole)
    _ask(cole, cast.ana)
    item = RequirementException.objects.get()
    address = reverse(f"requirements:exception-{verb}", kwargs={"key": item.pk})
    client = cole if verb == "withdraw" else browse(cast.ida)
    assert client.post(address).status_code == 302
    item.refresh_from_db()
    assert item.state in {"declined", "withdrawn"}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"value": "six"}, "Give a whole number"),
        ({"value": "8"}, "no exception is needed"),
        ({"setting": "encryption_required", "value": "no"}, "Leave the value empty"),
        ({"setting": "minimum_os", "value": "16"}, "leave the value empty"),
        ({"setting": "passcode_complexity", "value": "weak"}, "must be one of"),
        ({"until": "2099-01-01"}, "180 days"),
    ],
)
def test_a_faulty_request_says_why(cast, applied, browse, more, sentence):
    answer = _ask(browse(cast.cole), cast.ana, **more)
    assert answer.status_code == 422
    assert sentence in _text(answer)
    assert not RequirementException.objects.exists()


def test_an_empty_value_asks_for_nothing(cast, applied, browse):
    assert _ask(browse(cast.cole), cast.ana, setting="minimum_os", value="").status_code == 302
    assert RequirementException.objects.get().value == {}


def test_nobody_asks_for_whom_they_may_not_see(cast, applied, browse):
    assert _ask(browse(cast.rex), cast.ana).status_code == 422
