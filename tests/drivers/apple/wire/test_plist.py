"""Property lists: what is refused, and that nothing but our own errors comes out."""

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, WireError

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
APPLE = (
    b'<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
    b'"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
)
LAUGHS = (
    b'<!DOCTYPE plist [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    b"<plist><dict><key>k</key><string>&c;</string></dict></plist>"
)
XXE = (
    b'<!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<plist><dict><key>k</key><string>&x;</string></dict></plist>"
)
values = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.binary(max_size=20)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs", "Cc"])), inner, max_size=3
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcXYZ", min_size=1), values, max_size=4))
def test_round_trip(value):
    assert plist.loads(plist.dumps(value)) == value


@given(st.binary(max_size=300))
def test_garbage_raises_our_errors_alone(body):
    with pytest.raises(WireError):
        plist.loads(body)


@given(st.text(max_size=100), st.sampled_from(["date", "integer", "real", "data", "dict", "array"]))
def test_odd_contents_raise_our_errors_alone(content, kind):
    inner = content.replace("<", "").replace("&", "")
    body = f"<plist><dict><key>k</key><{kind}>{inner}</{kind}></dict></plist>".encode()
    try:
        plist.loads(body)
    except WireError:
        return


@pytest.mark.parametrize(
    ("body", "error", "sentence"),
    [
        (HEAD + LAUGHS, Malformed, "document type is not Apple's"),
        (HEAD + XXE, Malformed, "document type is not Apple's"),
        (HEAD + APPLE + LAUGHS, Malformed, "Entities and declarations"),
        (plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY), Malformed, "Binary property lists"),
        (plistlib.dumps([1, 2]), Malformed, "not a dictionary"),
        (plistlib.dumps({"a": 1}).decode().encode("utf-16"), Malformed, "not UTF-8"),
        (b"<plist><dict><key>k</key>", Malformed, "not well-formed"),
        (b"", Malformed, "cannot be read|not well-formed"),
    ],
    ids=["laughs", "xxe", "second-doctype", "binary", "array", "utf-16", "cut", "empty"],
)
def test_hostile_property_list_is_refused(body, error, sentence):
    with pytest.raises(error, match=sentence):
        plist.loads(body)


def test_apples_own_document_type_is_accepted():
    body = HEAD + APPLE + b"<plist><dict><key>a</key><true/></dict></plist>"
    assert plist.loads(body) == {"a": True}


def test_size_is_bounded_before_parsing():
    with pytest.raises(TooLarge, match="has 2000000 bytes; 1048576 are allowed"):
        plist.loads(b"<" * 2_000_000)


def test_depth_is_bounded():
    body = b"<plist><dict><key>a</key>" + b"<array>" * 70 + b"</array>" * 70 + b"</dict></plist>"
    with pytest.raises(TooLarge, match="more than 64 levels"):
        plist.loads(body)


def test_depth_of_thousands_is_refused_too():
    body = b"<plist><dict><key>a</key>" + b"<array>" * 40_000 + b"</array>" * 40_000
    with pytest.raises(WireError):
        plist.loads(body + b"</dict></plist>")


def test_number_of_nodes_is_bounded():
    body = b"<plist><dict><key>a</key><array>" + b"<true/>" * 60_000 + b"</array></dict></plist>"
    with pytest.raises(TooLarge, match="more than 50000 nodes"):
        plist.loads(body)
