"""Apple's error numbers in sentences, and what of them passes by itself."""

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple import meanings
from quartermaster.drivers.apple.wire.meanings import KNOWN, WHOLE_DOMAINS
from quartermaster.mdm.meanings import Meaning


def said(*chain, **more):
    items = [
        {"ErrorDomain": domain, "ErrorCode": code, "USEnglishDescription": text}
        for domain, code, text in chain
    ]
    return plistlib.dumps({"Status": "Error", "ErrorChain": items, **more})


@pytest.mark.parametrize(
    ("domain", "code", "sentence", "temporary"),
    [
        ("MCMDMErrorDomain", 12067, "The device is not in lost mode.", False),
        ("MCMDMErrorDomain", 12054, "There is not enough space to load the update.", True),
        ("MCMDMErrorDomain", 12064, "There is no licence", False),
        ("MCInstallationErrorDomain", 4009, "The device is locked.", True),
        ("MCInstallationErrorDomain", 4025, "The profile is for supervised devices.", False),
        ("MCProfileErrorDomain", 1004, "The profile's signature is not good.", False),
        ("MCPayloadErrorDomain", 2004, "The device does not know a value", False),
        ("MCPasscodeErrorDomain", 5013, "The passcode cannot be cleared.", False),
        ("MCChaperoneErrorDomain", 29000, "The device is not supervised.", False),
        ("NSURLErrorDomain", -1009, "The device had no connection.", True),
    ],
)
def test_a_known_number_is_a_sentence(domain, code, sentence, temporary):
    found = meanings.meaning(said((domain, code, "Apple says so.")))
    assert found.sentence.startswith(sentence)
    assert (found.code, found.said, found.temporary) == (
        f"{domain} {code}", "Apple says so.", temporary
    )  # fmt: skip
    assert found.advice


def test_the_deepest_link_that_is_known_speaks():
    chain = (
        ("MCInstallationErrorDomain", 4001, "Profile Installation Failed"),
        ("MCMDMErrorDomain", 12047, "No license"),
        ("OddDomain", 7, "?"),
    )
    assert meanings.meaning(said(*chain)).code == "MCMDMErrorDomain 12047"


def test_an_unknown_number_is_shown_as_it_came():
    found = meanings.meaning(said(("OddDomain", 7, "Something odd happened.")))
    assert found == Meaning("OddDomain 7", said="Something odd happened.")


def test_a_command_that_could_not_be_read_is_our_fault():
    found = meanings.meaning(plistlib.dumps({"Status": "CommandFormatError"}))
    assert (found.code, found.temporary) == ("CommandFormatError", False)
    assert "fault of ours" in found.advice


def test_parts_that_failed_speak_for_themselves():
    setting = {
        "Status": "Error",
        "ErrorChain": [{"ErrorCode": 29000, "ErrorDomain": "MCChaperoneErrorDomain"}],
    }
    body = {"Status": "Acknowledged", "Settings": [{"Status": "Acknowledged"}, setting]}
    assert meanings.meaning(plistlib.dumps(body)).sentence == "The device is not supervised."
    update = {"Status": "Acknowledged", "UpdateResults": [{"Status": "InstallInsufficientPower"}]}
    found = meanings.meaning(plistlib.dumps(update))
    assert (found.code, found.temporary) == ("MCMDMErrorDomain 12061", True)
    assert meanings.meaning(plistlib.dumps({"Status": "Acknowledged"})) is None


@pytest.mark.parametrize("body", [b"", b"<plist/>", b"\xff\xfe", b"bplist00"])
def test_what_cannot_be_read_means_nothing(body):
    assert meanings.meaning(body) is None


def test_every_sentence_is_one():
    for known in [*KNOWN.values(), *WHOLE_DOMAINS.values()]:
        assert known.sentence.endswith(".")
        assert known.advice.endswith(".")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["ErrorChain", "Settings", "UpdateResults", "Status"]), JUNK)
)
def test_no_answer_is_odd_enough_to_fail(message):
    meanings.in_parts(message)
