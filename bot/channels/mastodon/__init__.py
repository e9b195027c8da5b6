"""Mastodon: mentions heard through the streaming API, answered in posts that only the asker reads."""
