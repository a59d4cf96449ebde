from typing import Literal

ProposalsListedStateType0 = Literal["approved", "open", "rejected", "withdrawn"]

PROPOSALS_LISTED_STATE_TYPE_0_VALUES: set[ProposalsListedStateType0] = {
    "approved",
    "open",
    "rejected",
    "withdrawn",
}


def check_proposals_listed_state_type_0(value: str) -> ProposalsListedStateType0:
    if value in PROPOSALS_LISTED_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PROPOSALS_LISTED_STATE_TYPE_0_VALUES!r}"
    )
