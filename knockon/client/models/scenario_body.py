from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.scenario_body_scenario_type_0 import ScenarioBodyScenarioType0


T = TypeVar("T", bound="ScenarioBody")


@_attrs_define
class ScenarioBody:
    """A scenario as its file would have it, or a question in words.

    Attributes:
        scenario (None | ScenarioBodyScenarioType0 | Unset): In the form of a scenario file (docs/scenarios.md).
        question (None | str | Unset):
    """

    scenario: None | ScenarioBodyScenarioType0 | Unset = UNSET
    question: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.scenario_body_scenario_type_0 import ScenarioBodyScenarioType0  # noqa: PLC0415

        scenario: dict[str, Any] | None | Unset
        if isinstance(self.scenario, Unset):
            scenario = UNSET
        elif isinstance(self.scenario, ScenarioBodyScenarioType0):
            scenario = self.scenario.to_dict()
        else:
            scenario = self.scenario

        question: None | str | Unset
        if isinstance(self.question, Unset):
            question = UNSET
        else:
            question = self.question

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if scenario is not UNSET:
            field_dict["scenario"] = scenario
        if question is not UNSET:
            field_dict["question"] = question

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.scenario_body_scenario_type_0 import ScenarioBodyScenarioType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_scenario(data: object) -> None | ScenarioBodyScenarioType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                scenario_type_0 = ScenarioBodyScenarioType0.from_dict(data)

                return scenario_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScenarioBodyScenarioType0 | Unset, data)

        scenario = _parse_scenario(d.pop("scenario", UNSET))

        def _parse_question(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        question = _parse_question(d.pop("question", UNSET))

        scenario_body = cls(
            scenario=scenario,
            question=question,
        )

        return scenario_body
