from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.job_answer_asked import JobAnswerAsked
    from ..models.job_answer_problem_type_0 import JobAnswerProblemType0
    from ..models.job_answer_result_type_0 import JobAnswerResultType0


T = TypeVar("T", bound="JobAnswer")


@_attrs_define
class JobAnswer:
    """Long work.

    Attributes:
        id (str):
        kind (str): `ingest`, `replay` or `undo`.
        state (str): `waiting`, `running`, `done`, `failed`, `cancelled` or `lost`.
        caller (str):
        asked (JobAnswerAsked):
        result (JobAnswerResultType0 | None): What the run did, in numbers that add up.
        problem (JobAnswerProblemType0 | None):
        created (str):
        finished (None | str):
    """

    id: str
    kind: str
    state: str
    caller: str
    asked: JobAnswerAsked
    result: JobAnswerResultType0 | None
    problem: JobAnswerProblemType0 | None
    created: str
    finished: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_answer_problem_type_0 import JobAnswerProblemType0  # noqa: PLC0415
        from ..models.job_answer_result_type_0 import JobAnswerResultType0  # noqa: PLC0415

        id = self.id

        kind = self.kind

        state = self.state

        caller = self.caller

        asked = self.asked.to_dict()

        result: dict[str, Any] | None
        if isinstance(self.result, JobAnswerResultType0):
            result = self.result.to_dict()
        else:
            result = self.result

        problem: dict[str, Any] | None
        if isinstance(self.problem, JobAnswerProblemType0):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        created = self.created

        finished: None | str
        finished = self.finished

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "caller": caller,
                "asked": asked,
                "result": result,
                "problem": problem,
                "created": created,
                "finished": finished,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_answer_asked import JobAnswerAsked  # noqa: PLC0415
        from ..models.job_answer_problem_type_0 import JobAnswerProblemType0  # noqa: PLC0415
        from ..models.job_answer_result_type_0 import JobAnswerResultType0  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        state = d.pop("state")

        caller = d.pop("caller")

        asked = JobAnswerAsked.from_dict(d.pop("asked"))

        def _parse_result(data: object) -> JobAnswerResultType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0 = JobAnswerResultType0.from_dict(data)

                return result_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobAnswerResultType0 | None, data)

        result = _parse_result(d.pop("result"))

        def _parse_problem(data: object) -> JobAnswerProblemType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = JobAnswerProblemType0.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobAnswerProblemType0 | None, data)

        problem = _parse_problem(d.pop("problem"))

        created = d.pop("created")

        def _parse_finished(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        finished = _parse_finished(d.pop("finished"))

        job_answer = cls(
            id=id,
            kind=kind,
            state=state,
            caller=caller,
            asked=asked,
            result=result,
            problem=problem,
            created=created,
            finished=finished,
        )

        job_answer.additional_properties = d
        return job_answer

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
