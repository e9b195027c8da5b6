"""Learning: what turns content into models. Needed while content changes, not while messages are answered."""
