"""packets: arrangements, freezing, filing"""

import sqlalchemy as sa
from alembic import op

from casefiles.db import UtcDateTime


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PLAIN = (
    ("plan", sa.JSON()), ("plan_number", sa.Integer()), ("made_of", sa.JSON()), ("inserted_into_id", sa.Integer()), ("started_at", UtcDateTime(timezone=True)),
    ("frozen_at", UtcDateTime(timezone=True)), ("frozen_by_id", sa.Integer()), ("stamp", sa.JSON()), ("filed_on", sa.Date()), ("filed_by_id", sa.Integer()),
)
KEPT = (
    "case_id", "kind", "number", "state", "as_of", "draft", "override_reason", "check", "manifest", "parts", "plan", "plan_number", "inserted_into_id",
    "frozen_at", "frozen_by_id", "stamp",
)
GOES_ONLY = "made_of"  # never another value; but it goes when a paper that the packet does not hold is deleted for good


def upgrade() -> None:
    for name, kind in PLAIN:  # plain ADD COLUMN: copying the table, as SQLite would for a foreign key, breaks the rows that refer to packets
        op.add_column("packets", sa.Column(name, kind, nullable=True))
    op.create_table(
        "packet_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("arrangement", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_packet_plans_case_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_packet_plans_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet_plans")),
        sa.UniqueConstraint("case_id", "kind", "number", name=op.f("uq_packet_plans_case_id")),
    )
    op.create_index("ix_packet_plans_case_id", "packet_plans", ["case_id"])
    op.create_table(
        "filed_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("packet_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_filed_copies_added_by_id")),
        sa.ForeignKeyConstraint(["packet_id"], ["packets.id"], name=op.f("fk_filed_copies_packet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_copies")),
    )
    op.create_index("ix_filed_copies_packet_id", "filed_copies", ["packet_id"])
    if op.get_bind().dialect.name == "postgresql":
        other = [f'OLD."{name}"::text IS DISTINCT FROM NEW."{name}"::text' for name in (*KEPT, GOES_ONLY)]
        changed = " OR ".join([*other[:-1], f'(NEW."{GOES_ONLY}" IS NOT NULL AND {other[-1]})'])
        op.execute(
            "CREATE FUNCTION casefiles_frozen_packet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a frozen packet never changes'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER frozen_packets_stay BEFORE UPDATE ON packets FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL AND ({changed})) "
            "EXECUTE FUNCTION casefiles_frozen_packet()"
        )
        op.execute(
            "CREATE TRIGGER frozen_packets_are_kept BEFORE DELETE ON packets FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) "
            "EXECUTE FUNCTION casefiles_frozen_packet()"
        )
    else:
        other = [f'OLD."{name}" IS NOT NEW."{name}"' for name in (*KEPT, GOES_ONLY)]
        changed = " OR ".join([*other[:-1], f'(NEW."{GOES_ONLY}" IS NOT NULL AND {other[-1]})'])
        refuse = "BEGIN SELECT RAISE(ABORT, 'a frozen packet never changes'); END"
        op.execute(f"CREATE TRIGGER frozen_packets_stay BEFORE UPDATE ON packets WHEN OLD.frozen_at IS NOT NULL AND ({changed}) {refuse}")
        op.execute(f"CREATE TRIGGER frozen_packets_are_kept BEFORE DELETE ON packets WHEN OLD.frozen_at IS NOT NULL {refuse}")


def downgrade() -> None:
    on = " ON packets" if op.get_bind().dialect.name == "postgresql" else ""
    for trigger in ("frozen_packets_stay", "frozen_packets_are_kept"):
        op.execute(f"DROP TRIGGER {trigger}{on}")
    if on:
        op.execute("DROP FUNCTION casefiles_frozen_packet()")
    for table in ("packets", "jobs"):  # a state the older program cannot read
        op.execute(f"UPDATE {table} SET state = 'failed', reason = 'cancelled' WHERE state = 'cancelled'")
    op.execute("UPDATE jobs SET state = 'failed', reason = 'not known to this version' WHERE name = 'freeze_packet' AND state IN ('waiting', 'running')")
    op.drop_table("filed_copies")
    op.drop_table("packet_plans")
    for name, _ in PLAIN:
        op.drop_column("packets", name)
