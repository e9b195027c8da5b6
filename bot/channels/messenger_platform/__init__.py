"""What Messenger and Instagram share: Meta's Messenger Platform. No door of its own."""
