"""The report of a month: figures that are kept, and a paper that can be made again."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from quartermaster.files.models import StoredFile
from quartermaster.files.queries import read_file
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.policy.models import Adoption
from quartermaster.reports import month, tasks
from quartermaster.reports.models import DepartmentMonth
from quartermaster.reports.monthly import send_monthly
from quartermaster.reports.snapshot import take_snapshot
from quartermaster.reports.unmanaged import unmanaged_by_department
from tests.factories.compliance import EvaluationFactory, FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
HOUSE = system("test")


def managed(holder, state="fail", **more):
    device = DeviceFactory(holder=holder, department=holder.department)
    EnrolmentFactory(device=device)
    EvaluationFactory(device=device, state=state, **more)
    return device


@pytest.fixture
def november(cast):
    device = managed(cast.ana, "pass")
    take_snapshot(FIRST - timedelta(days=20))
    device.evaluations.update(state="fail")
    take_snapshot(FIRST - timedelta(days=2))
    FindingFactory(device=device, opened_at=FIRST - timedelta(days=10))
    FindingFactory(
        device=device,
        check_name="encryption",
        title="Encryption",
        state="cured",
        opened_at=FIRST - timedelta(days=8),
        closed_at=FIRST - timedelta(days=5),
    )
    FindingFactory(
        device=device,
        check_name="old",
        state="cured",
        opened_at=FIRST - timedelta(days=80),
        closed_at=FIRST - timedelta(days=70),
    )
    DeviceFactory(holder=cast.sue, department=cast.water)
    managed(cast.rex)
    return device


def words(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@pytest.mark.clause("G-10", "C-1")
def test_figures_are_those_of_the_department_and_month(cast, november):
    assert month.take_months(actor=HOUSE, at=FIRST) == 3  # of every department, whoever asks later
    kept = DepartmentMonth.objects.get(department=cast.water)
    found = kept.figures
    assert (kept.month, kept.taken_at) == (date(2026, 11, 1), FIRST)
    assert (found["devices"], found["unmanaged"]) == (1, {"Water Works": 1})
    assert found["course"] == [["November 11, 2026", 100], ["November 29, 2026", 0]]
    assert found["findings"] == [["G-3", "Encryption", 1, 1, 0], ["G-3", "Passcode", 1, 0, 1]]
    assert ["Up to two weeks", 1] in found["ages"]
    assert found["whole"]["failing"] == 1


@pytest.mark.clause("G-10")
def test_what_was_taken_stays_and_makes_the_same_paper(cast, november):
    month.take_months(actor=HOUSE, at=FIRST)
    before = DepartmentMonth.objects.get(department=cast.water)
    made = month.paper(before.figures, at=before.taken_at)
    november.evaluations.update(state="pass")
    assert month.take_months(actor=HOUSE, at=FIRST + timedelta(days=3)) == 0
    again = DepartmentMonth.objects.get(department=cast.water)
    assert again.figures == before.figures
    assert month.paper(again.figures, at=again.taken_at) == made


def test_a_month_is_taken_in_the_first_days_of_the_next_and_not_later(cast, november):
    assert month.take_months(actor=HOUSE, at=FIRST + timedelta(days=7)) == 0
    assert month.take_months(actor=HOUSE, at=FIRST + timedelta(days=6)) == 3


def test_the_month_is_the_citys(cast, november, settings):
    settings.TIME_ZONE = "America/Chicago"
    month.take_months(actor=HOUSE, at=datetime(2027, 1, 1, 3, tzinfo=UTC))
    assert not DepartmentMonth.objects.exists()  # it is the last day of December there


@pytest.mark.parametrize("who", ["ana", "cole", "rex"])
def test_no_person_but_itmd_takes_them(cast, who):
    with pytest.raises(Refused):
        month.take_months(actor=cast.acting(getattr(cast, who)), at=FIRST)


def test_the_clock_takes_them(cast):
    tasks.counts(0)
    assert DepartmentMonth.objects.count() in {0, 3}  # by the day on which this runs


def test_the_paper_says_what_it_is_in_text_and_in_words_for_its_pictures(cast, november):
    month.take_months(actor=HOUSE, at=FIRST)
    kept = DepartmentMonth.objects.get(department=cast.water)
    pdf = month.paper(kept.figures, at=FIRST)
    read = PdfReader(BytesIO(pdf))
    said = words(pdf)
    assert read.metadata.title == "Mobile device compliance: Water Works, November 2026"
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert 1 <= len(read.pages) <= 3
    assert "100 passed on November 11, 2026 and 0 on November 29, 2026" in said
    assert "Page 1 of" in said
    names = (cast.ana.family_name, november.asset_tag, "Library")
    assert [name for name in names if name in said] == []


def test_a_paper_of_nothing_is_sound(cast):
    found = month.figures(HOUSE, cast.library, month=date(2026, 11, 1), at=FIRST)
    assert "Nothing was evaluated yet." in words(month.paper(found, at=FIRST))
    whole = month.figures(HOUSE, None, month=None, at=FIRST)
    assert month.title(whole) == "Mobile device compliance: All departments, December 1, 2026"
    assert month.file_name(whole) == "compliance-all-departments-december-1-2026.pdf"


@pytest.mark.clause("C-1", "G-10")
def test_each_coordinator_gets_the_paper_of_their_department_with_the_mail(cast, november):
    assert send_monthly(actor=HOUSE, at=FIRST) == 1
    (mail,) = Message.objects.all()
    (attached,) = mail.attachments.all()
    assert attached.name == "compliance-water-works-november-2026.pdf"
    kept = DepartmentMonth.objects.get(department=cast.water)
    assert read_file(attached.file.digest) == month.paper(kept.figures, at=kept.taken_at)
    assert "The report of November 2026 goes with this mail." in mail.text
    assert "- Water Works: 1" in mail.text.splitlines()
    assert StoredFile.objects.get().media_type == "application/pdf"


@pytest.mark.clause("S-1", "G-10")
def test_city_devices_in_use_that_are_not_enrolled_are_counted_and_no_others(cast):
    managed(cast.ana)
    DeviceFactory(holder=cast.ana, department=cast.water, ownership="personal", serial="", imei="")
    DeviceFactory(holder=cast.ana, department=cast.water, device_class="hotspot", platform="none")
    DeviceFactory(holder=None, department=cast.water, status="in_stock")
    assert unmanaged_by_department(HOUSE) == {}
    DeviceFactory(holder=cast.sue, department=cast.water)
    DeviceFactory(holder=cast.rex, department=cast.library)
    assert unmanaged_by_department(HOUSE) == {"Public Library": 1, "Water Works": 1}
    assert unmanaged_by_department(HOUSE, cast.water.id) == {"Water Works": 1}
    assert unmanaged_by_department(cast.acting(cast.cole)) == {"Water Works": 1}
    assert unmanaged_by_department(cast.acting(cast.rex)) == {}


@pytest.mark.clause("S-3")
def test_what_the_policy_leaves_out_is_not_held_against_it(cast, at):
    DeviceFactory(holder=cast.rex, department=cast.library)
    cast.library.coverage, cast.library.exclusion_reason = "excluded", "Own contracts"
    cast.library.save()
    assert unmanaged_by_department(HOUSE) == {}
    Adoption.objects.create(
        department=cast.library,
        clauses=["G-3"],
        decided_on=date(2026, 1, 1),
        decided_by=cast.rex,
        changed_at=at,
    )
    assert unmanaged_by_department(HOUSE) == {"Public Library": 1}
    assert Device.objects.count() == 1


@pytest.mark.clause("G-10")
def test_devices_are_told_by_how_far_they_lag_behind(cast):
    for state, days in (("pass", 90), ("pending", 1), ("fail", 2), ("fail", 20), ("stale", 3)):
        managed(cast.ana, state, check_name="minimum_os", since=FIRST - timedelta(days=days))
    found = dict(month.figures(HOUSE, cast.water, month=None, at=FIRST)["lag"])
    assert list(found.values()) == [1, 1, 1, 1, 0, 1]
