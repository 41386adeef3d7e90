"""How exact a module is: the plain functions, or those that keep every digit.

"fast" promises an error of a few units in the last place of each function's scale; "full" of each
value itself, over the whole range of double precision, and computes single precision in double
(`symbprop.calculus.precise`).
"""

from __future__ import annotations

from symbprop.errors import Fault, Place, SpecError, did_you_mean, told

ACCURACIES = ("fast", "full")


def check_accuracy(accuracy: object, place: Place | None = None) -> None:
    """Raise SpecError for a promise that there is not."""
    if accuracy not in ACCURACIES:
        raise SpecError(
            Fault("SP143", f"accuracy is {told(accuracy)}, expected "
                  f"{' or '.join(ACCURACIES)}", place, did_you_mean(told(accuracy), ACCURACIES))
        )
