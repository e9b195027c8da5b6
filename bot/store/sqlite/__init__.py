"""SQLite: one process, one writer thread, a few readers."""
