"""The doors to the platforms; one folder each, the same file names in each (see README.md)."""
