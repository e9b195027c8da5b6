"""The press office's pages: one user action, one file."""
