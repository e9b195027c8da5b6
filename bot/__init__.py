"""Bürgerlotse: answers messages to authorities from approved texts, with a person behind it."""
