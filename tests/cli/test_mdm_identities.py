"""``quartermaster mdm certificate``: how devices' certificates stand, renewing, revoking."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.mdm.models import Command
from tests.factories import mdm

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["mdm", "certificate", *words])


def test_the_certificates_of_a_device_are_listed(assigned):
    mdm.certificate(mdm.enrolled(assigned(), now()), now(), means="ACME", attested=True)
    (row,) = json.loads(run("list", "PH-1", "--json").stdout)
    assert (row["serial"], row["standing"], row["means"], row["attested"]) == (
        "1f", "good", "ACME", "yes"
    )  # fmt: skip
    assert "good" in run("list", "PH-1").stdout
    assert isinstance(run("list", "PH-9").exception, NotFound)


@pytest.mark.clause("G-10")
def test_one_is_revoked_with_a_reason(assigned):
    kept = mdm.certificate(mdm.enrolled(assigned(), now()), now())
    assert run("revoke", "PH-1", "1F", "--reason", "stolen").exit_code == 0
    kept.refresh_from_db()
    assert kept.revoke_reason == "stolen"
    assert kept.revoked_at <= now() + timedelta(seconds=1)
    assert isinstance(run("revoke", "PH-1", "2f", "--reason", "x").exception, NotFound)


def test_a_renewal_is_asked_for(assigned):
    mdm.enrolled(assigned(), now())
    assert run("renew", "PH-1").exit_code == 0
    assert Command.objects.get().key == "renew:identity"
    assigned("PH-2")
    assert isinstance(run("renew", "PH-2").exception, Conflict)
