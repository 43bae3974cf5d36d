"""Answers of a simulated service that are no success."""


class Fault(Exception):  # noqa: N818 (an answer)
    """A status with the service's own code."""

    def __init__(self, status: int, code: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status, self.code, self.retry_after = status, code, retry_after
