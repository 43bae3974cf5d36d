"""Who speaks to the ACME service: accounts apart, replay, confusion, and what is no message."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from josepy import jwa, jwk

from quartermaster.drivers.apple.acme.replies import address
from quartermaster.drivers.apple.wire.jws import encoded
from quartermaster.kernel.clock import now
from quartermaster.mdm.actions import orders
from quartermaster.mdm.models import AcmeAccount, CertificateOrder, SpentNonce
from quartermaster.simulators.apple.acme_client import AcmeClient
from tests.drivers.apple.acme.story import kind_of, refusal

pytestmark = pytest.mark.django_db


class TestAccounts:
    """One account never sees another's."""

    @pytest.fixture
    def other(self, acme_http, payload):
        client = AcmeClient(acme_http, payload["DirectoryURL"])
        client.open_account()
        return client

    def test_another_accounts_order(self, story, other):
        story.attest()
        urls = [
            story.url,
            story.order["authorizations"][0],
            story.challenge["url"],
            story.order["finalize"],
            address("certificate", str(story.row().id)),
        ]
        for url in urls:
            assert refusal(lambda url=url: other.ask(url, {})) == (403, "unauthorized")
        assert refusal(lambda: other.ask(story.account.account, None)) == (403, "unauthorized")

    def test_the_same_key_has_the_same_account(self, account):
        name, account.account = account.account, ""
        account.open_account()
        assert account.account == name
        assert AcmeAccount.objects.count() == 1
        assert account.ask(name, None).json()["status"] == "valid"

    def test_an_account_that_is_not_there(self, account):
        account.account = address("account", str(uuid4()))
        assert refusal(lambda: account.order("x")) == (400, "accountDoesNotExist")
        account.account = "https://elsewhere.example/account/1"
        assert refusal(lambda: account.order("x")) == (400, "accountDoesNotExist")

    def test_only_an_existing_account(self, acme_http, payload):
        client = AcmeClient(acme_http, payload["DirectoryURL"])
        asked = {"onlyReturnExisting": True}
        new_account = client.directory["newAccount"]
        assert refusal(lambda: client.ask(new_account, asked)) == (400, "accountDoesNotExist")
        client.open_account()
        name, client.account = client.account, ""
        assert client.ask(new_account, asked).headers["Location"] == name

    def test_a_message_signed_by_another_key(self, account):
        account.key = ec.generate_private_key(ec.SECP256R1())
        assert refusal(lambda: account.order("x")) == (403, "unauthorized")


class TestMessages:
    """Replay, confusion, and what is no message."""

    def post(self, account, body, url=None):
        return account.send(url or account.directory["newOrder"], body)

    def asked(self, payload, kind="permanent-identifier"):
        return {"identifiers": [{"type": kind, "value": payload["ClientIdentifier"]}]}

    def test_a_message_sent_twice(self, account, payload):
        body = account.signed(account.directory["newOrder"], self.asked(payload))
        assert self.post(account, body).status_code == 201
        again = self.post(account, body)
        assert (again.status_code, kind_of(again)) == (400, "badNonce")
        assert CertificateOrder.objects.count() == 1

    @pytest.mark.parametrize("nonce", ["00" * 37, "zz", "x", "0" * 1000])
    def test_a_nonce_of_ones_own(self, account, payload, nonce):
        url = account.directory["newOrder"]
        found = self.post(account, account.signed(url, self.asked(payload), nonce=nonce))
        assert (found.status_code, kind_of(found)) == (400, "badNonce")

    def test_a_nonce_that_is_too_old(self, account, payload):
        old = orders.new_nonce(now() - orders.NONCE_LIFE - timedelta(seconds=1))
        url = account.directory["newOrder"]
        found = self.post(account, account.signed(url, self.asked(payload), nonce=old))
        assert kind_of(found) == "badNonce"

    def test_a_bad_signature_spends_no_nonce(self, account, payload):
        url = account.directory["newOrder"]
        message = json.loads(account.signed(url, self.asked(payload)))
        before = SpentNonce.objects.count()
        message["payload"] = encoded(b'{"identifiers": []}')
        found = self.post(account, json.dumps(message).encode())
        assert (found.status_code, kind_of(found)) == (403, "unauthorized")
        assert SpentNonce.objects.count() == before

    def test_a_message_for_another_address(self, account, payload):
        body = account.signed(account.directory["newAccount"], self.asked(payload))
        found = self.post(account, body)
        assert (found.status_code, kind_of(found)) == (403, "unauthorized")

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512", "PS256", "ES512", "", None, 1])
    def test_algorithms_that_are_not_taken(self, account, payload, algorithm):
        url = account.directory["newOrder"]
        found = self.post(account, account.signed(url, self.asked(payload), alg=algorithm))
        assert (found.status_code, kind_of(found)) == (400, "badSignatureAlgorithm")

    def test_the_public_key_as_a_shared_secret(self, account, payload):
        """The classic confusion: a MAC whose key is the account's public key."""
        url = account.directory["newOrder"]
        body = json.loads(account.signed(url, self.asked(payload), alg="HS256"))
        secret = json.dumps(AcmeAccount.objects.get().key).encode()
        covered = f"{body['protected']}.{body['payload']}".encode()
        body["signature"] = encoded(jwa.HS256.sign(secret, covered))
        assert kind_of(self.post(account, json.dumps(body).encode())) == "badSignatureAlgorithm"

    @pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
    def test_a_key_of_another_kind_than_the_algorithm(self, account, payload, algorithm):
        url = account.directory["newOrder"]
        found = self.post(account, account.signed(url, self.asked(payload), alg=algorithm))
        assert (found.status_code, kind_of(found)) == (400, "badPublicKey")

    def test_a_key_where_an_account_belongs(self, account, payload):
        url = account.directory["newOrder"]
        stranger = ec.generate_private_key(ec.SECP256R1())
        key = jwk.JWKEC(key=stranger.public_key()).to_json()
        both = self.post(account, account.signed(url, self.asked(payload), jwk=key))
        assert kind_of(both) == "malformed"
        account.account, account.key = "", stranger
        alone = self.post(account, account.signed(url, self.asked(payload)))
        assert kind_of(alone) == "accountDoesNotExist"

    @pytest.mark.parametrize(
        "key",
        [
            {"kty": "oct", "k": "AAAA"},
            {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
            {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
            {"kty": "RSA", "n": encoded(b"\x01" * 64), "e": "AQAB"},
            {"kty": "EC"},
            {},
        ],
        ids=str,
    )
    def test_keys_that_are_not_taken(self, account, key):
        account.account = ""
        url = account.directory["newAccount"]
        found = self.post(account, account.signed(url, {}, jwk=key), url)
        assert (found.status_code, kind_of(found)) == (400, "badPublicKey")

    def test_a_private_key_is_not_taken(self, account):
        account.account = ""
        url = account.directory["newAccount"]
        key = jwk.JWKEC(key=account.key).to_json()
        assert kind_of(self.post(account, account.signed(url, {}, jwk=key), url)) == "badPublicKey"

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"[]", b"{}", b"[" * 20_000, b"\xff", b'{"protected":"","payload":""}',
            b'{"protected":"","payload":"","signature":"","header":{"alg":"ES256"}}',
            b'{"protected":1,"payload":"","signature":""}',
            b'{"protected":"e30","protected":"e30","payload":"","signature":""}',
            b'{"protected":"%","payload":"","signature":""}',
        ],
    )  # fmt: skip
    def test_what_is_no_message(self, account, body):
        found = self.post(account, body)
        assert found.status_code == 400
        assert kind_of(found) in {"malformed", "badSignatureAlgorithm"}

    def test_a_header_that_is_not_understood(self, account, payload):
        url = account.directory["newOrder"]
        found = self.post(account, account.signed(url, self.asked(payload), crit=["b64"]))
        assert kind_of(found) == "malformed"

    def test_another_media_type(self, account, payload):
        url = account.directory["newOrder"]
        body = account.signed(url, self.asked(payload))
        found = account.client.post(url, content=body, headers={"Content-Type": "application/json"})
        assert found.status_code == 415

    def test_a_message_that_is_too_long(self, account):
        url = account.directory["newOrder"]
        assert self.post(account, account.signed(url, {"x": "y" * 70_000})).status_code == 413

    @pytest.mark.parametrize(
        ("identifiers", "kind"),
        [
            ([], "malformed"),
            ([{}, {}], "malformed"),
            ("x", "malformed"),
            ([{"type": "dns", "value": "city.example"}], "unsupportedIdentifier"),
            ([{"type": "permanent-identifier", "value": ""}], "rejectedIdentifier"),
            ([{"type": "permanent-identifier", "value": 5}], "rejectedIdentifier"),
            ([{"type": "permanent-identifier", "value": "x" * 201}], "rejectedIdentifier"),
            ([{"type": "permanent-identifier", "value": "guessed"}], "unauthorized"),
        ],
        ids=range(8),
    )
    def test_identifiers_that_are_not_certified(self, account, identifiers, kind):
        url = account.directory["newOrder"]
        assert refusal(lambda: account.ask(url, {"identifiers": identifiers}))[1] == kind
        assert not CertificateOrder.objects.exists()

    @pytest.mark.parametrize(
        "path", ["order/x", "order/x/y", "nowhere", "challenge/x", "certificate/1"]
    )
    def test_addresses_of_nothing(self, account, path):
        assert refusal(lambda: account.ask(address(path), None)) == (404, "malformed")

    def test_reading_is_posting(self, acme_http, story):
        found = acme_http.get(story.url)
        assert (found.status_code, kind_of(found)) == (405, "malformed")


def test_an_account_may_have_an_rsa_key(acme_http, payload):
    client = AcmeClient(acme_http, payload["DirectoryURL"])
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    url = client.directory["newAccount"]
    header = {
        "alg": "RS256", "nonce": client.nonce, "url": url,
        "jwk": jwk.JWKRSA(key=key.public_key()).to_json(),
    }  # fmt: skip
    covered = f"{encoded(json.dumps(header).encode())}.{encoded(b'{}')}"
    signature = jwa.RS256.sign(key, covered.encode())
    protected, _, body = covered.partition(".")
    message = {"protected": protected, "payload": body, "signature": encoded(signature)}
    assert client.send(url, json.dumps(message).encode()).status_code == 201
