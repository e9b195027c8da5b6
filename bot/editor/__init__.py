"""The editors' tools over content and answer: check, explain, evaluate, test."""
