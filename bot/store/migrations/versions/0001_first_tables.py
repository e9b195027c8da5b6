"""first tables

Revision ID: 0001
Revises: None
"""

import sqlalchemy as sa
from alembic import op

import bot.store.moments

revision = '0001'
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('content_versions',
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('first_used_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('last_used_at', bot.store.moments.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_content_versions')),
    sqlite_autoincrement=False
    )
    op.create_table('conversations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('lookup', sa.LargeBinary(), nullable=False),
    sa.Column('address', sa.LargeBinary(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('authority', sa.Text(), nullable=False),
    sa.Column('pseudonym', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), server_default='bot', nullable=False),
    sa.Column('language', sa.Text(), server_default='', nullable=False),
    sa.Column('dialogue', sa.Text(), server_default='{}', nullable=False),
    sa.Column('last_seq', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_message_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('forget_at', bot.store.moments.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('account', 'lookup', name=op.f('uq_conversations_account_lookup')),
    sa.UniqueConstraint('pseudonym', name=op.f('uq_conversations_pseudonym')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversations_forget_at'), ['forget_at'], unique=False)

    op.create_table('inbound',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('event_key', sa.LargeBinary(), nullable=False),
    sa.Column('peer', sa.LargeBinary(), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('urgency', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('rated', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('worker', sa.Text(), server_default='', nullable=False),
    sa.Column('received_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('due_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('forget_at', bot.store.moments.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound')),
    sa.UniqueConstraint('account', 'event_key', name=op.f('uq_inbound_account_event_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_forget_at'), ['forget_at'], unique=False)
        batch_op.create_index('ix_inbound_peer', ['peer', 'id'], unique=False, sqlite_where=sa.text('state < 2'), postgresql_where=sa.text('state < 2'))
        batch_op.create_index('ix_inbound_queue', [sa.literal_column('urgency DESC'), 'id'], unique=False, sqlite_where=sa.text('state < 2'), postgresql_where=sa.text('state < 2'))
        batch_op.create_index('uq_inbound_leased', ['peer'], unique=True, sqlite_where=sa.text('state = 1'), postgresql_where=sa.text('state = 1'))

    op.create_table('login_failures',
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('blocked_until', bot.store.moments.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_login_failures')),
    sqlite_autoincrement=False
    )
    op.create_table('properties',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_properties')),
    sqlite_autoincrement=False
    )
    op.create_table('quarantine',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('inbound_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('peer', sa.LargeBinary(), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('at', bot.store.moments.Moment(), nullable=False),
    sa.Column('forget_at', bot.store.moments.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantine')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('quarantine', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quarantine_forget_at'), ['forget_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_quarantine_peer'), ['peer'], unique=False)

    op.create_table('users',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('created_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('disabled_at', bot.store.moments.Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('name', name=op.f('uq_users_name')),
    sqlite_autoincrement=True
    )
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', bot.store.moments.Moment(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_audit_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sqlite_autoincrement=True
    )
    op.create_table('cases',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('severity', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.Text(), server_default='new', nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('opened_seq', sa.Integer(), nullable=False),
    sa.Column('opened_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('last_citizen_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('closed_at', bot.store.moments.Moment(), nullable=True),
    sa.Column('claimed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undelivered', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint("state IN ('new', 'claimed', 'waiting', 'closed')", name=op.f('ck_cases_state')),
    sa.CheckConstraint('severity BETWEEN 0 AND 2', name=op.f('ck_cases_severity')),
    sa.ForeignKeyConstraint(['claimed_by'], ['users.id'], name=op.f('fk_cases_claimed_by')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_cases_conversation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index('ix_cases_conversation', ['conversation_id'], unique=False)
        batch_op.create_index('uq_cases_open', ['conversation_id'], unique=True, sqlite_where=sa.text("state != 'closed'"), postgresql_where=sa.text("state != 'closed'"))

    op.create_table('messages',
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('author', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), server_default='text', nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), server_default='', nullable=False),
    sa.Column('choices', sa.Text(), server_default='[]', nullable=False),
    sa.Column('alert', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('intent', sa.Text(), server_default='', nullable=False),
    sa.Column('level', sa.Text(), server_default='', nullable=False),
    sa.Column('reasons', sa.Text(), server_default='[]', nullable=False),
    sa.Column('content_version', sa.Text(), server_default='', nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', bot.store.moments.Moment(), nullable=False),
    sa.Column('forget_at', bot.store.moments.Moment(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_messages_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_messages_user_id')),
    sa.PrimaryKeyConstraint('conversation_id', 'seq', name=op.f('pk_messages')),
    sqlite_autoincrement=False
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_messages_forget_at'), ['forget_at'], unique=False)

    op.create_table('sessions',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('csrf', sa.Text(), nullable=False),
    sa.Column('created_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('seen_at', bot.store.moments.Moment(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sessions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sessions')),
    sqlite_autoincrement=False
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sessions_user_id'), ['user_id'], unique=False)

    op.create_table('notes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', bot.store.moments.Moment(), nullable=False),
    sa.Column('forget_at', bot.store.moments.Moment(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_notes_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notes_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notes_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notes_forget_at'), ['forget_at'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('lane', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('worker', sa.Text(), server_default='', nullable=False),
    sa.Column('refusal', sa.Text(), server_default='', nullable=False),
    sa.Column('platform_key', sa.LargeBinary(), nullable=True),
    sa.Column('queued_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('due_at', bot.store.moments.Moment(), nullable=False),
    sa.Column('sent_at', bot.store.moments.Moment(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id', 'seq'], ['messages.conversation_id', 'messages.seq'], name=op.f('fk_outbox_conversation_id_seq'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('conversation_id', 'seq', name=op.f('uq_outbox_conversation_id_seq')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_lane', ['conversation_id', 'lane', 'id'], unique=False, sqlite_where=sa.text('state < 2'), postgresql_where=sa.text('state < 2'))
        batch_op.create_index('ix_outbox_queue', ['lane', 'id'], unique=False, sqlite_where=sa.text('state < 2'), postgresql_where=sa.text('state < 2'))
        batch_op.create_index('uq_outbox_sending', ['conversation_id', 'lane'], unique=True, sqlite_where=sa.text('state = 1'), postgresql_where=sa.text('state = 1'))
