"""Sending an answer: at once, or as a stream that waits for the device and never fills memory."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from quartermaster.mdm.door import Answer, Stream

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
InThread = Callable[[Callable[[], bytes]], Awaitable[bytes]]


async def send_answer(send: Send, answer: Answer, in_thread: InThread, *, bare: bool) -> None:
    """Send it; ``bare`` leaves the body out, as HEAD asks."""
    size = answer.stream.size if answer.stream else len(answer.body)
    headers = [
        (b"content-type", answer.media_type.encode("latin-1")),
        (b"content-length", b"%d" % size),
        *ALWAYS,
    ]
    for name, value in answer.headers.items():
        headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if answer.stream is None or bare:
            await send({"type": "http.response.body", "body": b"" if bare else answer.body})
        else:
            await _send_pieces(send, answer.stream, in_thread)
    finally:
        if answer.stream is not None:
            answer.stream.close()


async def _send_pieces(send: Send, stream: Stream, in_thread: InThread) -> None:
    while piece := await in_thread(lambda: next(stream.pieces, b"")):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
