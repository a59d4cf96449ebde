from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LedgerEntry")


@_attrs_define
class LedgerEntry:
    """One judgement.

    Attributes:
        left (str):
        right (str):
        verdict (str):
        decided_by (str):
        weight (float):
        probability (float):
        reasons (list[str]):
        agent (str):
        run (None | str):
        at (None | str):
        asleep (bool):
    """

    left: str
    right: str
    verdict: str
    decided_by: str
    weight: float
    probability: float
    reasons: list[str]
    agent: str
    run: None | str
    at: None | str
    asleep: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        left = self.left

        right = self.right

        verdict = self.verdict

        decided_by = self.decided_by

        weight = self.weight

        probability = self.probability

        reasons = self.reasons

        agent = self.agent

        run: None | str
        run = self.run

        at: None | str
        at = self.at

        asleep = self.asleep

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "left": left,
                "right": right,
                "verdict": verdict,
                "decided_by": decided_by,
                "weight": weight,
                "probability": probability,
                "reasons": reasons,
                "agent": agent,
                "run": run,
                "at": at,
                "asleep": asleep,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        left = d.pop("left")

        right = d.pop("right")

        verdict = d.pop("verdict")

        decided_by = d.pop("decided_by")

        weight = d.pop("weight")

        probability = d.pop("probability")

        reasons = cast(list[str], d.pop("reasons"))

        agent = d.pop("agent")

        def _parse_run(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        run = _parse_run(d.pop("run"))

        def _parse_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        at = _parse_at(d.pop("at"))

        asleep = d.pop("asleep")

        ledger_entry = cls(
            left=left,
            right=right,
            verdict=verdict,
            decided_by=decided_by,
            weight=weight,
            probability=probability,
            reasons=reasons,
            agent=agent,
            run=run,
            at=at,
            asleep=asleep,
        )

        ledger_entry.additional_properties = d
        return ledger_entry

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
