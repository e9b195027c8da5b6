"""YAML in, an immutable Catalogue out."""
