"""How a call to a platform can end beside an answer. Delivery must know whether a message may have arrived."""

import aiohttp


class NotConnected(Exception):
    """Nothing was sent: trying again cannot repeat anything."""


class NoAnswer(Exception):
    """The request was written, and no answer came that the platform would give; it may have been carried out."""


class Refused(Exception):
    """The platform answered, but not with success. Its words stay out: they may quote ours."""

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        """`retry_after` is in seconds, where the platform says how long its limit holds."""
        super().__init__(f"HTTP {status}")
        self.status = status
        self.retry_after = retry_after


CALL_ERRORS = (NotConnected, NoAnswer, Refused)


class ErrorsToldApart:
    """Around a request of aiohttp: its many errors become NotConnected and NoAnswer, without any address."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raise NotConnected or NoAnswer for what aiohttp raises; leave everything else."""
        if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            raise NotConnected(type(error).__name__) from None
        if isinstance(error, aiohttp.ClientError | TimeoutError | OSError):
            raise NoAnswer(type(error).__name__) from None
