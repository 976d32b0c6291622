"""lifecycle, reminders, collection log, law rows"""

import sqlalchemy as sa
from alembic import op

from casefiles.db import ExactMoney, UtcDateTime


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('approvals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('case_version', sa.Integer(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('verdict', sa.Enum('open', 'approved', 'refused', 'withdrawn', name='verdict', native_enum=False, length=40), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_reason', sa.String(length=2000), nullable=True),
    sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id OR verdict = 'withdrawn'", name=op.f('ck_approvals_two_persons')),
    sa.CheckConstraint('length(reason) > 0', name=op.f('ck_approvals_reason_is_given')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_approvals_case_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_approvals_decided_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['people.id'], name=op.f('fk_approvals_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals'))
    )
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approvals_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_approvals_verdict'), ['verdict'], unique=False)

    op.create_table('calendar_feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('fetched_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_calendar_feeds_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feeds_token_hash'))
    )
    with op.batch_alter_table('calendar_feeds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feeds_person_id'), ['person_id'], unique=False)

    op.create_table('collection_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=40), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('person', sa.String(length=200), nullable=True),
    sa.Column('result', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=True),
    sa.Column('promise_date', sa.Date(), nullable=True),
    sa.Column('promise_amount', ExactMoney(precision=18, scale=2), nullable=True),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('promise_amount IS NULL OR promise_date IS NOT NULL', name=op.f('ck_collection_entries_a_promised_sum_has_its_day')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_collection_entries_case_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['collection_entries.id'], name=op.f('fk_collection_entries_corrects_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['people.id'], name=op.f('fk_collection_entries_entered_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection_entries')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_collection_entries_corrects_id'))
    )
    with op.batch_alter_table('collection_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collection_entries_case_id'), ['case_id'], unique=False)

    op.create_table('court_dates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('done_by', sa.String(length=200), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_court_dates_case_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['people.id'], name=op.f('fk_court_dates_entered_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_court_dates'))
    )
    with op.batch_alter_table('court_dates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_court_dates_case_id'), ['case_id'], unique=False)

    op.create_table('law_rows',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('source', sa.String(length=500), nullable=False),
    sa.Column('imported_by_id', sa.Integer(), nullable=True),
    sa.Column('imported_at', UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['imported_by_id'], ['people.id'], name=op.f('fk_law_rows_imported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_law_rows')),
    sa.UniqueConstraint('kind', 'day', name=op.f('uq_law_rows_kind'))
    )
    op.create_table('notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('threshold', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('escalated', sa.Boolean(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('given_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('mailed_at', UtcDateTime(timezone=True), nullable=True),
    sa.Column('mail_error', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_notices_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_notices_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('case_id', 'kind', 'subject', 'last_day', 'threshold', 'person_id', name=op.f('uq_notices_case_id'))
    )
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notices_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notices_person_id'), ['person_id'], unique=False)

    op.create_table('transitions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=40), nullable=False),
    sa.Column('from_state', sa.Enum('collection', 'legal_escalation', 'settlement', 'payment_order', 'litigation', 'arbitration', 'judgment', 'enforcement', 'enforcement_suspended', 'insolvency', 'recovered', 'written_off', 'archived', 'reopened', name='state', native_enum=False, length=40), nullable=False),
    sa.Column('to_state', sa.Enum('collection', 'legal_escalation', 'settlement', 'payment_order', 'litigation', 'arbitration', 'judgment', 'enforcement', 'enforcement_suspended', 'insolvency', 'recovered', 'written_off', 'archived', 'reopened', name='state', native_enum=False, length=40), nullable=False),
    sa.Column('moved_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('moved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=2000), nullable=False),
    sa.Column('override_reason', sa.String(length=2000), nullable=True),
    sa.Column('demands', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['people.id'], name=op.f('fk_transitions_approved_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_transitions_case_id')),
    sa.ForeignKeyConstraint(['moved_by_id'], ['people.id'], name=op.f('fk_transitions_moved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transitions'))
    )
    with op.batch_alter_table('transitions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transitions_case_id'), ['case_id'], unique=False)

    # Plain ADD COLUMN: copying the table, as a foreign key would need on SQLite, breaks the rows that refer to cases.
    op.add_column("cases", sa.Column("ageing", sa.JSON(), nullable=True))
    op.add_column("cases", sa.Column("escalation", sa.JSON(), nullable=True))
    op.add_column("cases", sa.Column("owner_id", sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("retention_until", sa.Date(), nullable=True))
    op.create_index("ix_cases_owner_id", "cases", ["owner_id"])
    _new_deadlines(sa.Column("next_on", sa.Date(), nullable=True), sa.Column("escalated", sa.Boolean(), nullable=False), sa.Column("detail", sa.JSON(), nullable=False))


def _new_deadlines(*more: sa.Column) -> None:
    """Deadlines are computed: the table is made anew and the next assessment or sweep fills it."""
    op.drop_table("deadlines")
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_deadlines_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint("case_id", "kind", "subject", name=op.f("uq_deadlines_case_id")),
    )
    op.create_index("ix_deadlines_case_id", "deadlines", ["case_id"])
    op.create_index("ix_deadlines_last_day", "deadlines", ["last_day"])


def downgrade() -> None:
    _new_deadlines()
    op.drop_index("ix_cases_owner_id", "cases")
    for column in ("retention_until", "owner_id", "escalation", "ageing"):
        op.drop_column("cases", column)
    with op.batch_alter_table('transitions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_transitions_case_id'))

    op.drop_table('transitions')
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notices_person_id'))
        batch_op.drop_index(batch_op.f('ix_notices_case_id'))

    op.drop_table('notices')
    op.drop_table('law_rows')
    with op.batch_alter_table('court_dates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_court_dates_case_id'))

    op.drop_table('court_dates')
    with op.batch_alter_table('collection_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_collection_entries_case_id'))

    op.drop_table('collection_entries')
    with op.batch_alter_table('calendar_feeds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_feeds_person_id'))

    op.drop_table('calendar_feeds')
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_approvals_verdict'))
        batch_op.drop_index(batch_op.f('ix_approvals_case_id'))

    op.drop_table('approvals')
