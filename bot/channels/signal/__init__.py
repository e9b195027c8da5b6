"""Signal through signal-cli's daemon: JSON-RPC 2.0 over a socket, in manual receive mode."""
