"""Bürgerlotse: answers messages to authorities from approved texts, with a person behind it."""

import os

# One message is judged with matrices of a few dozen rows: handing them to other threads costs ten times the work,
# and a sum split over threads need not come out the same. Read by numpy's library when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
