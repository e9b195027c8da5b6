"""Matrix (matrix.org, BundesMessenger, TI-Messenger) with end-to-end encryption, on matrix-nio's Olm machine."""
