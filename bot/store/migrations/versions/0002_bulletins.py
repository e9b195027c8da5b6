"""bulletins

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import bot.store.moments

revision = '0002'
down_revision: str | None = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bulletins',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('authority', sa.Text(), nullable=False),
    sa.Column('region', sa.Text(), server_default='', nullable=False),
    sa.Column('texts', sa.Text(), nullable=False),
    sa.Column('topics', sa.Text(), server_default='[]', nullable=False),
    sa.Column('starts_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('ends_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('created_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', bot.store.moments.Moment(), nullable=True),
    sa.Column('ended_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('forget_at', bot.store.moments.Moment(), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_bulletins_span')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_bulletins_created_by')),
    sa.ForeignKeyConstraint(['ended_by'], ['users.id'], name=op.f('fk_bulletins_ended_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletins')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('bulletins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulletins_ends_at'), ['ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_bulletins_forget_at'), ['forget_at'], unique=False)
