"""Durable intake against a bare handler with the same signature check."""

from statistics import median

from tests.bench.load import closed_loop, percentile, request
from tests.bench.processes import HEADER, HOOK, bare_or_intake, databases
from tests.bench.telegram import update

ROUNDS = 5
PER_ROUND = 6000
CONNECTIONS = 64


async def run() -> dict[str, object]:
    """Three servers at once, asked in turn, so that whatever disturbs one disturbs all."""
    rates: dict[str, list[float]] = {"bare": [], "sqlite": [], "postgresql": []}
    p99: dict[str, float] = {}
    number = 0
    with databases() as urls:
        async with (
            bare_or_intake("bare") as bare,
            bare_or_intake("durable", urls["sqlite"]) as sqlite,
            bare_or_intake("durable", urls["postgresql"]) as postgresql,
        ):
            ports = {"bare": bare, "sqlite": sqlite, "postgresql": postgresql}
            for round_ in range(ROUNDS + 1):
                for name, port in ports.items():
                    bodies = range(number, number + PER_ROUND)
                    number += PER_ROUND
                    asked = [request(HOOK, update(one, one, "Wo ist das Fundbüro?"), HEADER) for one in bodies]
                    result = await closed_loop("127.0.0.1", port, asked, CONNECTIONS)
                    assert set(result.answers) == {200}, result.answers
                    if round_:  # the first warms up
                        rates[name].append(result.per_second)
                        p99[name] = percentile(result.latencies, 0.99)
    middle = {name: median(values) for name, values in rates.items()}
    ratios = {name: median(a / b for a, b in zip(rates[name], rates["bare"], strict=True)) for name in middle}
    for name, rate in middle.items():
        print(f"  {name:<11} {rate:7.0f}/s   {ratios[name]:.2f} of bare   p99 {p99[name] * 1000:.1f} ms")
    return {"per_second": middle, "ratio_to_bare": ratios, "p99_seconds": p99}
