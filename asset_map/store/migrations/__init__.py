"""The history of the tables, under Alembic."""
