"""Whole numbers thrown far apart, always in the same way (Knuth, The Art of Computer Programming, section 6.4)."""

import numpy as np
import numpy.typing as npt

_Numbers = npt.NDArray[np.int64]
GOLDEN = 2654435761
"""The prime next to the golden section of 32 bits: neighbours land far from each other."""
OTHER = 2246822519
"""Another prime, where a second throw must not follow the first."""
_WORD = 0xFFFFFFFF


def scattered(numbers: _Numbers, factor: int = GOLDEN) -> _Numbers:
    """Each of them as a number of 32 bits; equal ones stay equal."""
    result: _Numbers = (numbers * factor) & _WORD
    return result
