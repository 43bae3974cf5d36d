"""The accounts that phones are set up with: read from one setting, refused by name where wrong."""

import json

import pytest
from pydantic import ValidationError

from quartermaster.config.environment import Environment

EXCHANGE = {"kind": "exchange", "name": "City mail", "host": "mail.example.gov"}


def accounts(monkeypatch, *items):
    monkeypatch.setenv("QUARTERMASTER_ACCOUNTS", json.dumps(items))
    return Environment().accounts


def test_accounts_are_read_with_what_goes_without_saying(monkeypatch):
    (item,) = accounts(monkeypatch, EXCHANGE)
    assert (item.kind, item.host, item.port, item.personal) == (
        "exchange",
        "mail.example.gov",
        None,
        False,
    )
    (google,) = accounts(monkeypatch, {"kind": "google", "name": "City"})
    assert google.host == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {**EXCHANGE, "kind": "gopher"},
        {**EXCHANGE, "host": ""},
        {**EXCHANGE, "port": 70_000},
        {**EXCHANGE, "password": "secret"},
        {"kind": "mail"},
    ],
    ids=["kind", "host", "port", "unknown", "name"],
)
def test_what_cannot_be_an_account_is_refused(monkeypatch, wrong):
    with pytest.raises(ValidationError):
        accounts(monkeypatch, wrong)
