"""what further platforms need

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

import bot.store.moments

revision = '0003'
down_revision: str | None = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('conversations', sa.Column('heard_at', bot.store.moments.Moment(), nullable=True))
    op.add_column('conversations', sa.Column('vanish_seconds', sa.Integer(), server_default='0', nullable=False))
    op.add_column('messages', sa.Column('public', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('messages', sa.Column('vanishes', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('outbox', sa.Column('fate', sa.Text(), server_default='', nullable=False))
    op.create_index(
        'ix_outbox_platform',
        'outbox',
        ['platform_key'],
        unique=False,
        sqlite_where=sa.text('platform_key IS NOT NULL'),
        postgresql_where=sa.text('platform_key IS NOT NULL'),
    )
    op.create_table('account_states',
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('worker', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('last_event_at', bot.store.moments.Moment(), nullable=True),
    sa.Column('lag_seconds', sa.Float(), nullable=True),
    sa.Column('gauges', sa.Text(), server_default='{}', nullable=False),
    sa.Column('told_at', bot.store.moments.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'worker', name=op.f('pk_account_states')),
    )
