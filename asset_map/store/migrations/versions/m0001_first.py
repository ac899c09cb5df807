"""The first tables: sources, runs, records and claims, assets, areas, outbox and vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, **options)  # type: ignore[arg-type]


def _asset_key() -> sa.Column[str]:
    return sa.Column("asset", sa.String, sa.ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)


def _claims() -> None:
    op.create_table("source", _text("name", primary_key=True), sa.Column("content", sa.Text, nullable=False))
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("started_at"),
        _text("finished_at"),
        sa.Column("undone_at", sa.String),
        sa.Column("report", sa.Text, nullable=False),
    )
    content = (_text("hash"), sa.Column("content", sa.Text, nullable=False))
    op.create_table(
        "claim",
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        _text("source", primary_key=True),
        _text("key", primary_key=True),
        _text("asset"),
        *content,
    )
    op.create_index("claim_by_key", "claim", ["source", "key", "run"])


def _records() -> None:
    op.create_table(
        "record",
        _text("source", primary_key=True),
        _text("key", primary_key=True),
        _text("asset"),
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), nullable=False),
        _text("hash"),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("ix_record_asset", "record", ["asset"])
    op.create_table(
        "decision", _text("source", primary_key=True), _text("key", primary_key=True), _text("asset"), _text("made_at")
    )


def _assets() -> None:
    op.create_table(
        "asset",
        _text("id", primary_key=True),
        _text("name"),
        _text("kind"),
        _text("visibility"),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("ix_asset_kind", "asset", ["kind"])
    op.create_table(
        "asset_term",
        _asset_key(),
        _text("term", primary_key=True),
        sa.Column("strength", sa.Float, nullable=False),
    )
    op.create_index("asset_term_by_term", "asset_term", ["term", "asset"])
    op.create_table(
        "identifier", _asset_key(), _text("scheme", primary_key=True), _text("identifier", primary_key=True)
    )
    op.create_index("identifier_by_value", "identifier", ["scheme", "identifier"])


def _places() -> None:
    point = [sa.Column(name, sa.Float, nullable=False) for name in ("latitude", "longitude")]
    op.create_table(
        "location",
        _asset_key(),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        *point,
        _text("meaning"),
        sa.Column("postcode", sa.String),
        sa.Column("city", sa.String),
    )
    op.create_index("location_by_place", "location", ["latitude", "longitude"])
    op.create_table(
        "area",
        *(_text(name, primary_key=True) for name in ("kind", "edition", "code")),
        _text("name"),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("latitude", "longitude")),
        sa.Column("wkb", sa.LargeBinary, nullable=False),
        sa.Column("profile", sa.Text),
    )


def _copies() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("asset"),
        sa.Column("gone", sa.Boolean, nullable=False),
    )
    op.create_table(
        "vector",
        _text("model", primary_key=True),
        _text("hash", primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def upgrade() -> None:
    """Make the tables."""
    for step in (_claims, _records, _assets, _places, _copies):
        step()


def downgrade() -> None:
    """Drop the tables."""
    names = "vector outbox area location identifier asset_term asset decision record claim run source"
    for name in names.split():
        op.drop_table(name)
