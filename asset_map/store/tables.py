"""The tables. Content is kept whole as JSON beside the columns that questions are asked of."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

source = Table(
    "source",
    metadata,
    Column("name", String, primary_key=True),
    Column("content", Text, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("started_at", String, nullable=False),
    Column("finished_at", String, nullable=False),
    Column("undone_at", String),
    Column("report", Text, nullable=False),
)

claim = Table(
    "claim",
    metadata,
    Column("run", Integer, ForeignKey("run.id"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("asset", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("content", Text, nullable=False),
    Index("claim_by_key", "source", "key", "run"),
)

record = Table(
    "record",
    metadata,
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("asset", String, nullable=False, index=True),
    Column("run", Integer, ForeignKey("run.id"), nullable=False),
    Column("hash", String, nullable=False),
    Column("content", Text, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("asset", String, nullable=False),
    Column("made_at", String, nullable=False),
)

asset = Table(
    "asset",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("visibility", String, nullable=False),
    Column("content", Text, nullable=False),
)

location = Table(
    "location",
    metadata,
    Column("asset", String, ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("meaning", String, nullable=False),
    Column("postcode", String),
    Column("city", String),
    Index("location_by_place", "latitude", "longitude"),
)

asset_term = Table(
    "asset_term",
    metadata,
    Column("asset", String, ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True),
    Column("term", String, primary_key=True),
    Column("strength", Float, nullable=False),
    Index("asset_term_by_term", "term", "asset"),
)

identifier = Table(
    "identifier",
    metadata,
    Column("asset", String, ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True),
    Column("scheme", String, primary_key=True),
    Column("identifier", String, primary_key=True),
    Index("identifier_by_value", "scheme", "identifier"),
)

area = Table(
    "area",
    metadata,
    Column("kind", String, primary_key=True),
    Column("edition", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("wkb", LargeBinary, nullable=False),
    Column("profile", Text),
    Column("place", String, nullable=False, server_default=""),
)

unmet = Table(
    "unmet",
    metadata,
    Column("term", String, primary_key=True),
    Column("area_kind", String, primary_key=True),
    Column("edition", String, primary_key=True),
    Column("area", String, primary_key=True),
    Column("reason", String, primary_key=True),
    Column("month", String, primary_key=True),
    Column("asks", Integer, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("asset", String, nullable=False),
    Column("gone", Boolean, nullable=False),
)

vector = Table(
    "vector",
    metadata,
    Column("model", String, primary_key=True),
    Column("hash", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("of", String, primary_key=True),
    Column("number", Integer, nullable=False),
)
