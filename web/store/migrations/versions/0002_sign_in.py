"""Sessions live in the database, so that signing out ends them; whoever is signed in signs in once more.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of sessions."""
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=False),
        sa.Column("bureau_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("sign_in_account_id_in_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("sign_in_bureau_id_in_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_key")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("sign_in_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("sign_in_bureau_id"), ["bureau_id"], unique=False)
