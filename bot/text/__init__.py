"""Spelling and nothing else: folding, scripts, language."""
