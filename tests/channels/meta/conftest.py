"""A Graph API to call, and calls to it."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Ports
from bot.channels.meta.graph import Graph
from tests.channels.meta.standin import APP_SECRET, TOKEN, GraphApi


@pytest.fixture
async def graph_api() -> AsyncIterator[GraphApi]:
    standin = GraphApi()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def graph(ports: Ports, graph_api: GraphApi) -> Graph:
    """As a door makes it."""
    return Graph(ports.http, url=graph_api.url, version="v25.0", token=TOKEN, app_secret=APP_SECRET)
