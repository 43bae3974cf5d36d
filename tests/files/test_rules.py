"""What kind a file is, and what it may be called."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.files import rules


def _zip(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "declared", "found"),
    [
        (b"%PDF-1.7", "text/plain", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "", "image/png"),
        (b"plain", "", "text/plain"),
        (b"plain", "text/markdown; charset=utf-8", "text/markdown"),
        (b"plain", "image/png", "text/plain"),
        (b"plain", "application/octet-stream", "text/plain"),
        (b"\x00\x01", "text/html", "application/octet-stream"),
        (b"\x00\x01", "image/heic", "image/heic"),
        (b"caf\xc3", "", "text/plain"),
        (b"caf\xc3 au lait", "", "application/octet-stream"),
        (b"\xff\xfeh\x00i\x00", "", "text/plain"),
        (b"PK\x03\x04", "application/pdf", "application/zip"),
        (b"", "", "text/plain"),
    ],
)
def test_sniff(head, declared, found):
    assert rules.sniff(head, declared) == found


def test_office_kinds_are_told_by_their_parts():
    assert rules.office_kind(_zip("word/document.xml")) == rules.WORD
    assert rules.office_kind(_zip("xl/workbook.xml")) == rules.EXCEL
    assert rules.office_kind(_zip("a.txt")) == rules.ZIP
    assert rules.office_kind(b"PK\x03\x04 broken") == rules.ZIP


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("C:\\Users\\ida\\policy.docx", "policy.docx"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202egnp.exe", "abgnp.exe"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
    ],
)
def test_safe_name(given_name, shown):
    assert rules.safe_name(given_name) == shown


@given(st.text())
def test_safe_name_is_always_short_and_flat(name):
    shown = rules.safe_name(name)
    assert 0 < len(shown) <= rules.LONGEST_NAME
    assert "/" not in shown


@given(st.binary(max_size=200), st.text(max_size=40))
def test_sniff_always_answers(head, declared):
    assert rules.sniff(head, declared)
