"""PostgreSQL: SQLAlchemy for the cold functions, an asyncpg pool for the journey, LISTEN/NOTIFY between processes."""
