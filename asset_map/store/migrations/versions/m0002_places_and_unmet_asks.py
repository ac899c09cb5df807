"""Areas belong to a place such as a council; unmet asks are counted; changes are numbered."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("area", sa.Column("place", sa.String, nullable=False, server_default=""))
    keys = ("term", "area_kind", "edition", "area", "reason", "month")
    columns = [sa.Column(name, sa.String, nullable=False, primary_key=True) for name in keys]
    op.create_table("unmet", *columns, sa.Column("asks", sa.Integer, nullable=False))
    change = op.create_table(
        "change",
        sa.Column("of", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.bulk_insert(change, [{"of": "content", "number": 0}, {"of": "unmet", "number": 0}])
