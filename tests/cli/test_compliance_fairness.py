"""``quartermaster compliance more-time``, ``faults`` and ``case-papers``: people by password."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.compliance.actions import extensions
from quartermaster.compliance.models import Extension, Fault, Finding
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.org.errors import LogInRefused
from quartermaster.org.roles import Role
from tests.factories import cases as make
from tests.factories.destruction import account, second_person
from tests.factories.org import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def run(*words, typed=PASSWORD):
    words = [str(word) for word in words]
    return CliRunner().invoke(app, ["compliance", *words], input=f"{typed}\n")


@pytest.fixture
def finding(cast, at):
    for person in (cast.ida, cast.cole, cast.ana, cast.rex):
        account(person)
    return make.told(cast.ana, at)


@pytest.fixture
def asked(cast, finding, at):
    return extensions.ask_extension(
        finding=finding, days=3, reason="I am on leave", actor=cast.acting(cast.ana), at=at
    )


def test_more_time_is_listed_and_granted_by_a_person(cast, finding, asked):
    (row,) = json.loads(run("more-time", "list", "--state", "asked", "--json").stdout)
    assert (row["id"], row["asked_by"], row["until"]) == (str(asked.id), "1001", "")
    assert "1001 asks for 3 working days" in run("more-time", "list").stdout
    done = run("more-time", "grant", asked.id, "--email", cast.cole.email)
    assert "There is time until" in done.stdout
    assert PASSWORD not in done.stdout
    finding.refresh_from_db()
    asked.refresh_from_db()
    assert (asked.decided_by, asked.until) == (cast.cole, finding.cure_until)
    assert run("more-time", "list", "--state", "asked").stdout == "Nobody asked.\n"


def test_more_time_is_declined_with_what_the_employee_reads(cast, asked):
    said = ["more-time", "decline", asked.id, "--email", cast.ida.email, "--note"]
    assert isinstance(run(*said, " ").exception, InvalidInput)
    assert run(*said, "It is quickly done").stdout.endswith("It was declined.\n")
    asked.refresh_from_db()
    assert (asked.state, asked.note) == ("declined", "It is quickly done")


def test_nobody_decides_without_the_password_or_the_permit(cast, asked):
    grant = ["more-time", "grant", asked.id, "--email"]
    assert isinstance(run(*grant, cast.ida.email, typed="wrong").exception, LogInRefused)
    assert isinstance(run(*grant, cast.ana.email).exception, Refused)
    assert isinstance(run(*grant, cast.rex.email).exception, NotFound)
    assert Extension.objects.get().state == "asked"


def test_a_fault_takes_two_people_at_the_terminal(cast, finding, at):
    ben = second_person(cast)
    since, until = (f"{at + step:%Y-%m-%dT%H:%M:%S}" for step in (-DAY, HOUR))
    span = ["--since", since, "--until", until]
    named = run("faults", "name", "passcode", *span, "--reason", "odd", "--email", cast.ida.email)
    fault = Fault.objects.get()
    assert f"Fault {fault.id} needs a second person." in named.stdout
    assert "1 findings, 0 cases, 0 of them referred." in named.stdout
    assert f"- {finding.device.asset_tag}: Passcode" in run("faults", "show", fault.id).stdout
    alone = run("faults", "confirm", fault.id, "--email", cast.ida.email)
    assert isinstance(alone.exception, Refused)
    assert "taken back" in run("faults", "confirm", fault.id, "--email", ben.email).stdout
    assert Finding.objects.get().state == "withdrawn"
    again = run("faults", "refuse", fault.id, "--email", ben.email)
    assert isinstance(again.exception, Conflict)
    (row,) = json.loads(run("faults", "list", "--state", "confirmed", "--json").stdout)
    assert (row["id"], row["check"], row["named_by"]) == (
        str(fault.id),
        "passcode",
        cast.ida.number,
    )
    shown = json.loads(run("faults", "show", fault.id, "--json").stdout)
    assert (len(shown["findings"]), shown["cases"]) == (1, 0)


def test_who_may_not_name_a_fault_does_not(cast, finding, at):
    said = ["passcode", "--since", "2026-11-01", "--until", "2026-11-02", "--reason", "odd"]
    for person in (cast.rex, cast.cole):
        tried = run("faults", "name", *said, "--email", person.email)
        assert isinstance(tried.exception, Refused)
    assert run("faults", "list").stdout == "Nobody named one.\n"


@pytest.mark.clause("E-1")
def test_papers_are_written_once_for_who_may_have_them(cast, at, tmp_path):
    hr = make.with_role(cast, Role.HR)
    for person in (hr, cast.ida, cast.rex):
        account(person)
    case = make.decided(cast, hr, at)
    file = tmp_path / "case.pdf"
    said = ["case-papers", case.id, file, "--reason", "The commission asks", "--email"]
    assert isinstance(run(*said, cast.rex.email).exception, NotFound)
    assert isinstance(run(*said, cast.ida.email).exception, Refused)
    assert not file.exists()
    assert "stands in the ledger" in run(*said, hr.email).stdout
    assert file.read_bytes().startswith(b"%PDF-")
    assert isinstance(run(*said, hr.email).exception, FileExistsError)
