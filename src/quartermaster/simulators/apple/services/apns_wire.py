"""A connection to the simulated push service: HTTP/2 frames in and out."""

import json
import ssl
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
from cryptography import x509
from cryptography.x509.oid import NameOID

from quartermaster.simulators.apple.services.apns_rules import LARGEST_PAYLOAD, Request
from quartermaster.simulators.apple.services.tls import TlsServer

if TYPE_CHECKING:
    from quartermaster.simulators.apple.services.apns import PushService


@dataclass
class _Stream:
    """A request that is still coming in."""

    headers: dict[str, str]
    body: bytearray = field(default_factory=bytearray)


class Connection:
    """One client."""

    def __init__(
        self, service: "PushService", number: int, goodbye: int | None, breaks: int | None
    ) -> None:
        self.service = service
        self.number = number
        self.goodbye = goodbye
        self.breaks = breaks
        self.answered = 0
        self.last_answered = 0
        self.streams: dict[int, _Stream] = {}
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        self.h2 = h2.connection.H2Connection(config)
        self.h2.local_settings = h2.settings.Settings(
            client=False,
            initial_values={
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: service.most_streams,
                h2.settings.SettingCodes.MAX_HEADER_LIST_SIZE: 8000,
            },
        )

    def opened(self, outer: TlsServer) -> None:
        self.transport = outer
        self.service.talking.add(self)
        self.topic = _topic(outer.tls)
        self.h2.initiate_connection()
        self._flush()

    def lost(self) -> None:
        self.service.talking.discard(self)

    def abort(self) -> None:
        self.transport.abort()

    def received(self, data: bytes) -> None:
        try:
            events = self.h2.receive_data(data)
        except h2.exceptions.ProtocolError:
            self._flush()
            self.transport.close()
            return
        for happened in events:
            self._take(happened)
            if self.transport.closing:
                return
        self._flush()

    def _take(self, happened: h2.events.Event) -> None:
        if isinstance(happened, h2.events.RequestReceived):
            headers = {str(key): str(value) for key, value in happened.headers or ()}
            self.streams[happened.stream_id or 0] = _Stream(headers)
            self.service.most_open = max(self.service.most_open, len(self.streams))
        elif isinstance(happened, h2.events.DataReceived):
            stream = self.streams.get(happened.stream_id or 0)
            if stream is not None and len(stream.body) <= LARGEST_PAYLOAD:
                stream.body += happened.data or b""
            self.h2.acknowledge_received_data(
                happened.flow_controlled_length or 0, happened.stream_id or 0
            )
        elif isinstance(happened, h2.events.StreamEnded):
            self._answer(happened.stream_id or 0)
        elif isinstance(happened, h2.events.StreamReset):
            self.streams.pop(happened.stream_id or 0, None)

    def _answer(self, stream_id: int) -> None:
        if self.breaks is not None and self.answered >= self.breaks:
            self.abort()
            return
        stream = self.streams.pop(stream_id)
        asked = Request(
            stream.headers.get(":method", ""),
            stream.headers.get(":path", ""),
            stream.headers,
            bytes(stream.body),
        )
        refusal = self.service.answer(asked, self.topic, self.number)
        status = refusal.status if refusal else 200
        name = stream.headers.get("apns-id") or str(uuid.uuid4()).upper()
        headers = [(":status", str(status)), ("apns-id", name)]
        if refusal is not None and refusal.retry_after:
            headers.append(("retry-after", refusal.retry_after))
        self.h2.send_headers(stream_id, headers, end_stream=refusal is None)
        if refusal is not None:
            self.h2.send_data(stream_id, refusal.body, end_stream=True)
        self.answered += 1
        self.last_answered = stream_id
        if self.goodbye is not None and self.answered >= self.goodbye:
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        """GOAWAY: what came after the last answer was not looked at."""
        self.h2.close_connection(
            h2.errors.ErrorCodes.NO_ERROR,
            additional_data=json.dumps({"reason": "Shutdown"}).encode(),
            last_stream_id=self.last_answered,
        )
        self._flush()
        self.transport.close()

    def _flush(self) -> None:
        self.transport.write(self.h2.data_to_send())


def _topic(tls: ssl.SSLObject) -> str:
    """The topic of the client's certificate."""
    given = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True) or b"")
    names = given.subject.get_attributes_for_oid(NameOID.USER_ID)
    return str(names[0].value) if names else ""
