"""The command `lotse`."""

import sys

from bot.errors import LotseError
from bot.flow.garbage import lasting


def main() -> None:
    """Run a command; an error of ours is a sentence, not a stack trace."""
    with lasting():
        from bot.cli.application import app  # noqa: PLC0415 - modules are there to stay
    try:
        app()
    except LotseError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(1)


if __name__ == "__main__":
    main()
