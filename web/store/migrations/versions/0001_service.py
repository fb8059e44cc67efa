"""The service's first tables.

Revision 0001, of a new database.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_key")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("audit_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "bureau",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("bureau_key")),
        sa.UniqueConstraint("name", name=op.f("bureau_name_once")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("heartbeat_key")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_login_at", sa.Double(), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("account_bureau_id_in_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("account_key")),
        sa.UniqueConstraint("login", name=op.f("account_login_once")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("account_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("series_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("bundled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("queued_at", sa.Double(), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=False),
        sa.Column("budget_yuan", sa.String(length=40), nullable=False),
        sa.Column("timetable", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("expected_jobs", sa.Double(), nullable=True),
        sa.Column("total_cost_yuan", sa.String(length=40), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("clashes", sa.JSON(), nullable=False),
        sa.Column("papers", sa.String(length=20), nullable=False),
        sa.Column("papers_failure", sa.String(length=40), nullable=False),
        sa.Column("papers_note", sa.String(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("published_at", sa.Double(), nullable=True),
        sa.Column("published_by", sa.String(length=32), nullable=True),
        sa.Column("deleted_at", sa.Double(), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("job_bureau_id_in_bureau")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("job_created_by_in_account")),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("job_published_by_in_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("job_key")),
        sa.UniqueConstraint("series_id", "version", name=op.f("job_series_id_version_once")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("job_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("job_state"), ["state"], unique=False)

    op.create_table(
        "token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("token_account_id_in_account")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("token_bureau_id_in_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("token_key")),
        sa.UniqueConstraint("sha256", name=op.f("token_sha256_once")),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("token_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("token_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("class_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("decision_bureau_id_in_bureau")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("decision_created_by_in_account")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("decision_job_id_in_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("decision_key")),
        sa.UniqueConstraint("job_id", "class_id", name=op.f("decision_job_id_class_id_once")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("decision_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("decision_job_id"), ["job_id"], unique=False)

    op.create_table(
        "errand",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=False),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("errand_bureau_id_in_bureau")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("errand_created_by_in_account")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("errand_job_id_in_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("errand_key")),
    )
    with op.batch_alter_table("errand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("errand_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("errand_job_id"), ["job_id"], unique=False)
        batch_op.create_index("errand_state_created", ["state", "created_at"], unique=False)

    op.create_table(
        "errand_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("errand_id", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["errand_id"], ["errand.id"], name=op.f("errand_event_errand_id_in_errand"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("errand_event_key")),
    )
    with op.batch_alter_table("errand_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("errand_event_errand_id"), ["errand_id"], unique=False)
