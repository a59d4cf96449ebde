from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.decision_verdict import DecisionVerdict, check_decision_verdict
from ..types import UNSET, Unset

T = TypeVar("T", bound="Decision")


@_attrs_define
class Decision:
    """What a person says about two things.

    Attributes:
        left (str): A record (`source/table/key`), an id, `Class:key`, or a name.
        right (str): A record (`source/table/key`), an id, `Class:key`, or a name.
        verdict (DecisionVerdict): What they are.
        because (str): Why; it is kept with the judgement.
        dry_run (bool | Unset): Compute what would change; write nothing. Default: False.
    """

    left: str
    right: str
    verdict: DecisionVerdict
    because: str
    dry_run: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        left = self.left

        right = self.right

        verdict: str = self.verdict

        because = self.because

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "left": left,
                "right": right,
                "verdict": verdict,
                "because": because,
            }
        )
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        left = d.pop("left")

        right = d.pop("right")

        verdict = check_decision_verdict(d.pop("verdict"))

        because = d.pop("because")

        dry_run = d.pop("dry_run", UNSET)

        decision = cls(
            left=left,
            right=right,
            verdict=verdict,
            because=because,
            dry_run=dry_run,
        )

        return decision
