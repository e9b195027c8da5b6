"""The bell's topic of a conversation that is known by its id, for readers who never see an address."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.errors import NotVisible
from bot.store.bell import conversation_topic
from bot.store.tables import conversations


def of_conversation(c: Connection, conversation_id: int) -> str:
    """Raises NotVisible when there is no such conversation."""
    lookup = c.execute(sa.select(conversations.c.lookup).where(conversations.c.id == conversation_id)).scalar()
    if lookup is None:
        raise NotVisible("There is no such conversation.")
    return conversation_topic(bytes(lookup))


def of_conversations(c: Connection, conversation_ids: Collection[int]) -> list[str]:
    """The topics of those that there are."""
    query = sa.select(conversations.c.lookup).where(conversations.c.id.in_(conversation_ids))
    return [conversation_topic(bytes(lookup)) for lookup in c.execute(query).scalars()]
