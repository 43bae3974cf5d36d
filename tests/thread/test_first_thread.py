"""The whole thread: from the redlined policy to a finding, a mail, a cure, and a ledger that holds.

Everything passes through the doors and verbs that a city uses; the phone speaks Apple's protocol.
"""

import plistlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from quartermaster.audit import anchors
from quartermaster.audit.verify import verify
from quartermaster.compliance import schedule as compliance
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.inventory.errors import NotAcknowledged
from quartermaster.inventory.models import Device
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.queries import enrolment_now, posture_of
from quartermaster.notify import delivery
from quartermaster.org.actions.import_departments import import_departments
from quartermaster.org.actions.import_people import import_people
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.acknowledgements import acknowledge
from quartermaster.policy.actions.adoption import adopt
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.actions.drafts import import_draft
from quartermaster.policy.plan.proposal import read_proposal
from tests.factories.custody import written

HOUSE = system("the installation")
DRAFT = Path(__file__).resolve().parents[3] / "shared" / "data" / "policy-draft-redline.md"
MODEL = Path(policy.__file__).resolve().parents[1] / "data" / "model-policy.md"
DEPARTMENTS = b"code,name,parent,coverage,exclusion_reason\nWATER,Water Works,,covered,\n"
PEOPLE = (
    b"number,given_name,family_name,email,department,supervisor\n"
    b"1,Sue,Okafor,sue@city.example,WATER,\n"
    b"2,Ana,Reyes,ana@city.example,WATER,1\n"
)
KINDS = {
    "DeviceInformation": {"QueryResponses": {"OSVersion": "26.1", "ProductName": "iPhone17,3"}},
    "InstalledApplicationList": {"InstalledApplicationList": []},
}


def adopt_policy(at, source):
    draft = import_draft(content=source.read_bytes(), name=source.name, actor=HOUSE, at=at)
    assert len(draft.clauses.all()) == 22
    today = at.date() - timedelta(days=1)
    return adopt(
        version_id=draft.id,
        adopting_body="Common Council",
        in_force_on=today,
        actor=HOUSE,
        at=at,
    )


def require_passcode(at):
    proposal = read_proposal({"city": {"city": {"passcode_minimum_length": 6}}})
    plan = policy.plan(proposal)
    apply_proposal(proposal=proposal, digest=plan.digest, actor=HOUSE, at=at)


def security(*, passcode):
    said = {"PasscodePresent": passcode, "PasscodeCompliant": passcode, "HardwareEncryptionCaps": 3}
    return {"SecurityInfo": said}


def connect(at_the_door, phone, *, passcode):
    """The phone wakes up and works its queue off; the kinds of command that it was given."""
    installed = []

    async def story(new_phone):
        again = new_phone(phone.udid, certificate=phone.certificate)
        kinds, response = [], await again.idle()
        while response.content:
            command = plistlib.loads(response.content)["Command"]
            kinds.append(command["RequestType"])
            if command["RequestType"] == "InstallProfile":
                installed.append(plistlib.loads(command["Payload"]))
            extra = security(passcode=passcode) if kinds[-1] == "SecurityInfo" else {}
            response = await again.answer(response.content, **KINDS.get(kinds[-1], {}), **extra)
        return kinds

    kinds = at_the_door(story)
    outbox.deliver_due(now())
    return kinds, installed


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("P-1", "S-2", "G-3", "G-10", "C-1")
@pytest.mark.parametrize("source", [MODEL, DRAFT], ids=["model policy", "the city's draft"])
def test_from_the_redline_to_the_cure(source, at_the_door, smtp_sink, tmp_path):
    if not source.exists():
        pytest.skip(f"{source.name} is not beside this clone.")
    at = now()
    import_departments(content=DEPARTMENTS, actor=HOUSE, at=at)
    import_people(content=PEOPLE, actor=HOUSE, at=at)
    version = adopt_policy(at, source)
    require_passcode(at)

    ana = Person.objects.get(number="2")
    device = written(
        Device,
        asset_tag="PH-1",
        device_class="smartphone",
        platform="ios",
        department=ana.department,
        holder=ana,
        status="assigned",
    )
    with pytest.raises(NotAcknowledged, match="has not acknowledged the policy in force"):
        mdm.invite(device=device, actor=HOUSE, at=at)
    acknowledge(
        version_id=version.id,
        text_digest=version.text_digest,
        actor=actor_for(ana, at),
        at=at,
    )
    token = mdm.invite(device=device, actor=HOUSE, at=at).token

    async def enrol(new_phone):
        phone = new_phone("00008140-0001", serial="C39XL2J1HG7F")
        await phone.enrol(token)
        return phone

    phone = at_the_door(enrol)
    outbox.deliver_due(now())
    kinds, installed = connect(at_the_door, phone, passcode=False)
    assert kinds[0] == "InstallProfile"
    (rules,) = installed[0]["PayloadContent"]
    assert (rules["PayloadType"], rules["forcePIN"], rules["minLength"]) == (
        "com.apple.mobiledevice.passwordpolicy",
        True,
        6,
    )
    assert posture_of(device.id)["passcode.present"].value is False

    finding = Finding.objects.get()
    assert (finding.clause, finding.state, finding.observed) == (
        "G-3",
        "open",
        "No passcode is set.",
    )
    assert finding.policy_version_id == version.id
    half_an_hour_on = now() + timedelta(minutes=31)
    assert compliance.take_steps(half_an_hour_on) == 1
    delivery.deliver_due(half_an_hour_on)
    (notice,) = [mail for mail in smtp_sink.to(ana.email) if "Please check" in mail["Subject"]]
    text = notice.get_content()
    assert "No passcode is set." in text
    assert "clause G-3" in text
    assert "Set a passcode or password on the device." in text
    told_others = [mail for mail in smtp_sink.mails if "PH-1" in mail.get_content()]
    assert told_others == [notice]  # the holder first, and nobody else

    mdm.refresh_posture(enrolment=enrolment_now(device.id), actor=HOUSE, at=now())
    connect(at_the_door, phone, passcode=True)
    finding.refresh_from_db()
    assert (finding.state, finding.closing_reason) == ("cured", "The device was put right.")
    assert Evaluation.objects.get(device=device, check_name="passcode").state == "pass"
    delivery.deliver_due(now() + timedelta(hours=1))
    assert smtp_sink.to(ana.email)[-1]["Subject"].startswith("Settled: passcode")

    anchors.write(tmp_path, settings.AUDIT_KEY, now())
    assert verify(key=settings.AUDIT_KEY, folder=tmp_path).sound
    with connection.cursor() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE audit_entry SET actor_label = 'nobody' WHERE tag = 'compliance.finding.noticed'"
        )
        superuser.execute("SET session_replication_role = DEFAULT")
    report = verify(key=settings.AUDIT_KEY, folder=tmp_path)
    assert [fault.code for fault in report.faults] == ["altered"]
