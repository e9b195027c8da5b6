"""Instagram's direct messages, and the comments that can be answered there in private."""
