"""The web chat: our own page as a channel, with and without JavaScript."""
