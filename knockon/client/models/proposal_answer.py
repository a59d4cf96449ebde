from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.proposal_answer_asked import ProposalAnswerAsked


T = TypeVar("T", bound="ProposalAnswer")


@_attrs_define
class ProposalAnswer:
    """A change that waits for a second person, or was decided.

    Attributes:
        id (str):
        kind (str): `apply`, `correct`, `correct-money`, `assume`, `judge`, `mend` or `erase`.
        asked (ProposalAnswerAsked): The change, as it was asked for.
        because (str):
        version (int): Graph version that it was proposed at.
        caller (str): Who proposed it.
        name (str):
        created (str):
        state (str): `open`, `approved`, `rejected` or `withdrawn`.
        decider (None | str): Who decided; never who proposed it.
        decider_name (None | str):
        verdict_because (None | str):
        decided (None | str):
        job (None | str): The job that carries it out.
    """

    id: str
    kind: str
    asked: ProposalAnswerAsked
    because: str
    version: int
    caller: str
    name: str
    created: str
    state: str
    decider: None | str
    decider_name: None | str
    verdict_because: None | str
    decided: None | str
    job: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind

        asked = self.asked.to_dict()

        because = self.because

        version = self.version

        caller = self.caller

        name = self.name

        created = self.created

        state = self.state

        decider: None | str
        decider = self.decider

        decider_name: None | str
        decider_name = self.decider_name

        verdict_because: None | str
        verdict_because = self.verdict_because

        decided: None | str
        decided = self.decided

        job: None | str
        job = self.job

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "asked": asked,
                "because": because,
                "version": version,
                "caller": caller,
                "name": name,
                "created": created,
                "state": state,
                "decider": decider,
                "decider_name": decider_name,
                "verdict_because": verdict_because,
                "decided": decided,
                "job": job,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.proposal_answer_asked import ProposalAnswerAsked  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        asked = ProposalAnswerAsked.from_dict(d.pop("asked"))

        because = d.pop("because")

        version = d.pop("version")

        caller = d.pop("caller")

        name = d.pop("name")

        created = d.pop("created")

        state = d.pop("state")

        def _parse_decider(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        decider = _parse_decider(d.pop("decider"))

        def _parse_decider_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        decider_name = _parse_decider_name(d.pop("decider_name"))

        def _parse_verdict_because(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        verdict_because = _parse_verdict_because(d.pop("verdict_because"))

        def _parse_decided(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        decided = _parse_decided(d.pop("decided"))

        def _parse_job(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job = _parse_job(d.pop("job"))

        proposal_answer = cls(
            id=id,
            kind=kind,
            asked=asked,
            because=because,
            version=version,
            caller=caller,
            name=name,
            created=created,
            state=state,
            decider=decider,
            decider_name=decider_name,
            verdict_because=verdict_because,
            decided=decided,
            job=job,
        )

        proposal_answer.additional_properties = d
        return proposal_answer

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
