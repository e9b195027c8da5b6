"""Threema through Threema Gateway in end-to-end mode: messages are opened and sealed here, and only here."""
