"""Log records: constant event text, values as fields, one message id from intake to delivery, no secrets.

Citizens' words never reach a logger; the redaction here is the second lock, for what other people's libraries
write (Telegram puts the bot's token into the address it calls).
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_HIDDEN = "…"
_SECRETS = (
    re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}"),  # a bot token of Telegram, also inside an address
    re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"(?i)(postgres(?:ql)?://[^:/\s]+:)[^@\s]+(?=@)"),
    re.compile(r"(?<![\w.])\+?\d[\d /()-]{8,}\d(?![\w.])"),  # whatever looks like a telephone number
)


def redact(text: str) -> str:
    """Hide tokens, passwords in addresses and anything that looks like a telephone number."""
    for pattern in _SECRETS:
        text = pattern.sub(lambda found: (found.group(1) if found.lastindex else "") + _HIDDEN, text)
    return text


def _redact_fields(_logger: Any, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in record.items():
        if isinstance(value, str) and name not in {"timestamp", "level", "logger"}:
            record[name] = redact(value)
    return record


def configure(log_format: str, level: str, stream: TextIO | None = None) -> None:
    """Send the records of this program and of its libraries one way, as JSON lines or for the console."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    structlog.configure(
        processors=[*shared[:-1], structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        cache_logger_on_first_use=True,
    )
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _redact_fields,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # One line per request would hold addresses; metrics count requests instead.
    for chatty in ("aiohttp.access", "httpx", "httpcore", "telegram", "watchfiles", "asyncio", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
