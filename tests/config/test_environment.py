"""Settings are typed, documented, and fail loudly."""

import pytest

from quartermaster.config.environment import Environment, environment
from tools import settings_page


def test_settings_page_is_up_to_date():
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page()


def test_every_setting_is_described():
    assert [n for n, field in Environment.model_fields.items() if not field.description] == []


def test_secret_may_come_from_a_file(monkeypatch, tmp_path):
    path = tmp_path / "key"
    path.write_text("ab" * 32 + "\n")
    monkeypatch.setenv("QUARTERMASTER_VAULT_KEY_FILE", str(path))
    assert Environment().kept_key("vault_key") == b"\xab" * 32


def test_doors_are_reached_where_they_listen_unless_it_is_said_otherwise(monkeypatch):
    monkeypatch.setenv("QUARTERMASTER_WEB_ADDRESS", "127.0.0.1:9000")
    monkeypatch.setenv("QUARTERMASTER_WEB_URL", "")
    monkeypatch.setenv("QUARTERMASTER_DEVICES_URL", "https://mdm.city.example")
    found = Environment()
    assert (found.web_url, found.devices_url) == (
        "http://127.0.0.1:9000",
        "https://mdm.city.example",
    )


@pytest.mark.parametrize(
    ("name", "value"), [("TIME_ZONE", "Mars/Olympus"), ("LOG_FORMAT", "poem"), ("DEVELOPMENT", "?")]
)
def test_malformed_setting_stops_the_start_and_is_named(monkeypatch, name, value):
    monkeypatch.setenv(f"QUARTERMASTER_{name}", value)
    with pytest.raises(SystemExit) as stopped:
        environment.__wrapped__()
    assert f"QUARTERMASTER_{name}: " in str(stopped.value)


def test_key_of_the_wrong_length_is_refused(monkeypatch):
    monkeypatch.setenv("QUARTERMASTER_AUDIT_KEY", "abcd")
    with pytest.raises(ValueError, match="QUARTERMASTER_AUDIT_KEY must be 64 hexadecimal digits"):
        Environment().kept_key("audit_key")


def test_key_is_made_once_and_kept_private(monkeypatch, tmp_path):
    monkeypatch.setenv("QUARTERMASTER_DATA", str(tmp_path))
    first = Environment().kept_key("audit_key")
    assert Environment().kept_key("audit_key") == first
    assert (tmp_path / "keys" / "audit_key").stat().st_mode & 0o077 == 0
