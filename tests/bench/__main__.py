"""`make bench`: prints figures and ratios, writes them to build/bench.json. Nothing here passes or fails."""

import asyncio
import json
import sys
from pathlib import Path

from tests.bench import answering, intake, reply, startup

SECTIONS = {
    "intake": ("Durable intake beside a bare handler", intake.run),
    "answer": ("One answer, all judgements", answering.run),
    "reply": ("From webhook to reply", reply.run),
    "startup": ("Start and memory", startup.run),
}


async def main(names: list[str]) -> None:
    report = {}
    for name in names or list(SECTIONS):
        title, run = SECTIONS[name]
        print(title)
        report[name] = await run()
    path = Path("build/bench.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=2))
    print(f"written to {path}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
