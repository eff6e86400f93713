"""The steps by which something goes from one state to another, as programs call them."""

from enum import StrEnum


class Transition(StrEnum):
    """A step of an entry or a page on its way to the readers, and back.

    ``publish`` and ``approve`` are one step; in a history the second is an approval for a day
    to come.
    """

    SUBMIT = "submit"
    TAKE_BACK = "take-back"
    PUBLISH = "publish"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    EMERGENCY_WITHDRAW = "emergency-withdraw"
