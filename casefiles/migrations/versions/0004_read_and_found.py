"""reading and search: children, OCR, proposals, outbox of the index, saved searches"""

import sqlalchemy as sa
from alembic import op

from casefiles.db import UtcDateTime


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LEVELS = 6  # files inside files: five below the one that was uploaded
DOCUMENT = (
    ("parent_id", sa.Integer()), ("path_in_parent", sa.String(length=2000)), ("reader", sa.String(length=40)), ("reader_version", sa.Integer()),
    ("told", sa.JSON()),
)


def upgrade() -> None:
    for name, kind in DOCUMENT:  # plain ADD COLUMN: copying the table, as SQLite would for a foreign key, breaks the rows that refer to documents
        op.add_column("documents", sa.Column(name, kind, nullable=True))
    op.create_index("ix_documents_parent_id", "documents", ["parent_id"])
    op.add_column("pages", sa.Column("source", sa.String(length=20), nullable=False, server_default="text"))
    op.add_column("pages", sa.Column("boxes", sa.JSON(), nullable=True))
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("reason_zh", sa.String(length=500), nullable=False),
        sa.Column("reason_en", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_proposals_document_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_proposals_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_document_id", "proposals", ["document_id"])
    op.create_table(
        "unindexed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("hide", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unindexed")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unindexed_hide", "unindexed", ["hide"])
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_searches_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_searches_person_id")),
    )
    op.create_index("ix_saved_searches_person_id", "saved_searches", ["person_id"])
    # jobs that are no more: the index is made anew after an upgrade, and what is left of indexing a case is the figures of lists
    op.execute("UPDATE jobs SET name = 'refresh_case' WHERE name = 'index_case' AND state IN ('waiting', 'running')")
    op.execute("UPDATE jobs SET state = 'done' WHERE name IN ('index_document', 'heal_index') AND state IN ('waiting', 'running')")


def downgrade() -> None:
    op.execute("UPDATE documents SET text_status = 'partly' WHERE text_status = 'recognising'")  # a state the older program cannot read
    for _ in range(LEVELS):  # nor does it know files nobody has named: each is held as the one it came in, so that nobody reads more than before
        op.execute(
            "UPDATE documents SET type = (SELECT above.type FROM documents AS above WHERE above.id = documents.parent_id) WHERE type = 'unsorted'"
            " AND EXISTS (SELECT 1 FROM documents AS above WHERE above.id = documents.parent_id AND above.type <> 'unsorted')"
        )
    op.execute("UPDATE documents SET type = 'photos' WHERE type = 'unsorted'")
    op.execute("UPDATE jobs SET state = 'failed', reason = 'not known to this version' WHERE state IN ('waiting', 'running')")
    for table in ("saved_searches", "unindexed", "proposals"):
        op.drop_table(table)
    op.drop_column("pages", "boxes")
    op.drop_column("pages", "source")
    op.drop_index("ix_documents_parent_id", "documents")
    for name, _ in DOCUMENT:
        op.drop_column("documents", name)
