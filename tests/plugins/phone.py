"""A phone made of the wire alone, speaking to the door as an application, without a socket."""

import base64
import plistlib
from dataclasses import dataclass, field

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from quartermaster.drivers.apple.wire import cms, scep_client
from quartermaster.kernel.clock import now
from quartermaster.simulators.apple.answers import profile_in
from tests.drivers.apple.schema import Target
from tests.plugins.checked import require_valid

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NEXT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Phone:
    """One device with its identity, once it has one."""

    client: httpx.AsyncClient
    udid: str
    serial: str = ""
    key: rsa.RSAPrivateKey = KEY
    certificate: x509.Certificate | None = None
    profile: dict = field(default_factory=dict)
    bearer: str = ""
    as_a_user: bool = False
    target: Target = field(default_factory=Target)  # what is sent must be valid for it

    @property
    def ids(self) -> dict:
        return {"EnrollmentID" if self.as_a_user else "UDID": self.udid}

    async def fetch(self, token: str) -> httpx.Response:
        answer = await self.client.get(f"/enrol/{token}?signed=no")
        if answer.status_code == 200:
            self.profile = plistlib.loads(answer.content)
        return answer

    async def arrive(self, kind: str = "user", product: str = "iPhone17,3", **told: str):
        """Ask for a profile by account, with the token of a sign-in where there is one."""
        message = plistlib.dumps({"LANGUAGE": "en", "PRODUCT": product, "VERSION": "22B83", **told})
        headers = {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        answer = await self.client.post(f"/account/apple/{kind}", content=message, headers=headers)
        if answer.status_code == 200:
            self.profile = profile_in(answer.content)
        return answer

    def payload(self, kind: str) -> dict:
        return next(p for p in self.profile["PayloadContent"] if p["PayloadType"] == kind)

    async def get_certificate(self, challenge: str | None = None) -> None:
        asked = self.payload("com.apple.security.scep")["PayloadContent"]
        answer, sent, authority = await self.ask_by_scep(
            self.key, asked["Challenge"] if challenge is None else challenge
        )
        self.certificate = scep_client.read_answer(answer, sent, authority)

    async def ask_by_scep(self, key: rsa.RSAPrivateKey, challenge: str, **signed_by):
        """One SCEP request for a key; the answer as it came, and what it takes to read it."""
        served = await self.client.get("/scep?operation=GetCACert")
        authority = scep_client.certificates_of(served.content)[0]
        sent = scep_client.request(
            key, name=self.udid, challenge=challenge, authority=authority, at=now(), **signed_by
        )
        answer = await self.client.post("/scep?operation=PKIOperation", content=sent.message)
        assert answer.status_code == 200
        return answer.content, sent, authority

    async def renew(self, challenge: str = "", *, signed_by: "Phone | None" = None):
        """A SCEP renewal signed with the present certificate; the new one, not used yet."""
        signer = signed_by or self
        answer, sent, authority = await self.ask_by_scep(
            NEXT_KEY, challenge, renewing=signer.certificate, present_key=signer.key
        )
        return scep_client.read_answer(answer, sent, authority)

    async def say(self, message: dict | bytes, *, signed_by: "Phone | None" = None):
        body = message if isinstance(message, bytes) else plistlib.dumps(message)
        headers = (signed_by or self).signature(body)
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        answer = await self.client.put("/mdm/apple", content=body, headers=headers)
        self._check(answer)
        return answer

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code == 200 and b"<key>CommandUUID</key>" in answer.content:
            require_valid(plistlib.loads(answer.content)["Command"], self.target)

    def signature(self, body: bytes) -> dict[str, str]:
        """The header by which a message is proven to be this phone's."""
        if self.certificate is None:
            return {}
        der = cms.sign_detached(body, self.certificate, self.key)
        return {"Mdm-Signature": base64.b64encode(der).decode()}

    async def authenticate(self):
        return await self.say(
            {
                "MessageType": "Authenticate",
                **self.ids,
                "Topic": self.payload("com.apple.mdm")["Topic"],
                **({} if self.as_a_user else {"SerialNumber": self.serial}),
            }
        )

    async def update_token(self, *, awaits: bool = False):
        waiting = {"AwaitingConfiguration": True} if awaits else {}
        return await self.say(
            {
                **waiting,
                "MessageType": "TokenUpdate",
                **self.ids,
                "Topic": self.payload("com.apple.mdm")["Topic"],
                "Token": b"t" * 32,
                "PushMagic": "magic",
                **({} if self.as_a_user else {"UnlockToken": b"unlock me"}),
            }
        )

    async def idle(self):
        return await self.say({"Status": "Idle", **self.ids})

    async def answer(self, command: bytes, status: str = "Acknowledged", **more):
        uuid = plistlib.loads(command)["CommandUUID"]
        message = {"Status": status, **self.ids, "CommandUUID": uuid, **more}
        return await self.say(message)

    async def enrol(self, token: str) -> None:
        assert (await self.fetch(token)).status_code == 200
        await self.come()

    async def come(self) -> None:
        """What follows once the profile is there."""
        await self.get_certificate()
        assert (await self.authenticate()).status_code == 200
        assert (await self.update_token()).status_code == 200
