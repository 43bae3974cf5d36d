"""The networks that devices are set up with: read from one setting, refused by name where wrong."""

import json

import pytest
from pydantic import ValidationError

from quartermaster.config.environment import Environment

WIFI = {"kind": "wifi", "name": "City Wi-Fi", "ssid": "CITY"}


def networks(monkeypatch, *items):
    monkeypatch.setenv("QUARTERMASTER_NETWORKS", json.dumps(items))
    return Environment().networks


def test_networks_are_read_with_what_goes_without_saying(monkeypatch):
    vpn = {"kind": "vpn", "name": "City VPN", "host": "vpn.example.gov", "personal": True}
    wifi, tunnel = networks(monkeypatch, WIFI, vpn)
    assert (wifi.ssid, wifi.open, wifi.stays, wifi.personal) == ("CITY", False, False, False)
    assert (tunnel.host, tunnel.personal) == ("vpn.example.gov", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {**WIFI, "kind": "wire"},
        {**WIFI, "ssid": ""},
        {**WIFI, "ssid": "x" * 33},
        {**WIFI, "password": "secret"},
        {"kind": "vpn", "name": "City VPN"},
        {"kind": "wifi", "ssid": "CITY"},
    ],
    ids=["kind", "no ssid", "long ssid", "a shared password", "no host", "no name"],
)
def test_what_cannot_be_a_network_is_refused(monkeypatch, wrong):
    with pytest.raises(ValidationError):
        networks(monkeypatch, wrong)
