from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.answer_out_kind import AnswerOutKind, check_answer_out_kind

if TYPE_CHECKING:
    from ..models.answer_out_contradictions_item import AnswerOutContradictionsItem
    from ..models.answer_out_evidence_item import AnswerOutEvidenceItem
    from ..models.answer_out_graph import AnswerOutGraph
    from ..models.answer_out_nearest_item import AnswerOutNearestItem
    from ..models.answer_out_paths_item import AnswerOutPathsItem
    from ..models.answer_out_readings_item import AnswerOutReadingsItem
    from ..models.answer_out_statements_item import AnswerOutStatementsItem


T = TypeVar("T", bound="AnswerOut")


@_attrs_define
class AnswerOut:
    """The answer, or that it is not known; `evidence` is numbered, each statement names what carries it.

    Attributes:
        question (str):
        kind (AnswerOutKind):
        known (bool):
        text (str): The answer as one text, without marks.
        confidence (float): Chance that the first sentence answers it (docs/answers.md).
        version (int): Graph version that it rests on.
        as_of (datetime.date):
        statements (list[AnswerOutStatementsItem]): Sentences, each with the numbers of its evidence.
        evidence (list[AnswerOutEvidenceItem]): Sentences of documents with their place, and facts.
        paths (list[AnswerOutPathsItem]):
        graph (AnswerOutGraph): The paths as one graph: `nodes` and `edges`.
        contradictions (list[AnswerOutContradictionsItem]):
        nearest (list[AnswerOutNearestItem]): What was found nearest where it is not known.
        readings (list[AnswerOutReadingsItem]): Ways to understand the question, where there are several.
        plan (None | str): How a question over structure was understood.
        notes (list[str]):
        written_by (str):
    """

    question: str
    kind: AnswerOutKind
    known: bool
    text: str
    confidence: float
    version: int
    as_of: datetime.date
    statements: list[AnswerOutStatementsItem]
    evidence: list[AnswerOutEvidenceItem]
    paths: list[AnswerOutPathsItem]
    graph: AnswerOutGraph
    contradictions: list[AnswerOutContradictionsItem]
    nearest: list[AnswerOutNearestItem]
    readings: list[AnswerOutReadingsItem]
    plan: None | str
    notes: list[str]
    written_by: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        question = self.question

        kind: str = self.kind

        known = self.known

        text = self.text

        confidence = self.confidence

        version = self.version

        as_of = self.as_of.isoformat()

        statements = []
        for statements_item_data in self.statements:
            statements_item = statements_item_data.to_dict()
            statements.append(statements_item)

        evidence = []
        for evidence_item_data in self.evidence:
            evidence_item = evidence_item_data.to_dict()
            evidence.append(evidence_item)

        paths = []
        for paths_item_data in self.paths:
            paths_item = paths_item_data.to_dict()
            paths.append(paths_item)

        graph = self.graph.to_dict()

        contradictions = []
        for contradictions_item_data in self.contradictions:
            contradictions_item = contradictions_item_data.to_dict()
            contradictions.append(contradictions_item)

        nearest = []
        for nearest_item_data in self.nearest:
            nearest_item = nearest_item_data.to_dict()
            nearest.append(nearest_item)

        readings = []
        for readings_item_data in self.readings:
            readings_item = readings_item_data.to_dict()
            readings.append(readings_item)

        plan: None | str
        plan = self.plan

        notes = self.notes

        written_by = self.written_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "question": question,
                "kind": kind,
                "known": known,
                "text": text,
                "confidence": confidence,
                "version": version,
                "as_of": as_of,
                "statements": statements,
                "evidence": evidence,
                "paths": paths,
                "graph": graph,
                "contradictions": contradictions,
                "nearest": nearest,
                "readings": readings,
                "plan": plan,
                "notes": notes,
                "written_by": written_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.answer_out_contradictions_item import AnswerOutContradictionsItem  # noqa: PLC0415
        from ..models.answer_out_evidence_item import AnswerOutEvidenceItem  # noqa: PLC0415
        from ..models.answer_out_graph import AnswerOutGraph  # noqa: PLC0415
        from ..models.answer_out_nearest_item import AnswerOutNearestItem  # noqa: PLC0415
        from ..models.answer_out_paths_item import AnswerOutPathsItem  # noqa: PLC0415
        from ..models.answer_out_readings_item import AnswerOutReadingsItem  # noqa: PLC0415
        from ..models.answer_out_statements_item import AnswerOutStatementsItem  # noqa: PLC0415

        d = dict(src_dict)
        question = d.pop("question")

        kind = check_answer_out_kind(d.pop("kind"))

        known = d.pop("known")

        text = d.pop("text")

        confidence = d.pop("confidence")

        version = d.pop("version")

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        statements = []
        _statements = d.pop("statements")
        for statements_item_data in _statements:
            statements_item = AnswerOutStatementsItem.from_dict(statements_item_data)

            statements.append(statements_item)

        evidence = []
        _evidence = d.pop("evidence")
        for evidence_item_data in _evidence:
            evidence_item = AnswerOutEvidenceItem.from_dict(evidence_item_data)

            evidence.append(evidence_item)

        paths = []
        _paths = d.pop("paths")
        for paths_item_data in _paths:
            paths_item = AnswerOutPathsItem.from_dict(paths_item_data)

            paths.append(paths_item)

        graph = AnswerOutGraph.from_dict(d.pop("graph"))

        contradictions = []
        _contradictions = d.pop("contradictions")
        for contradictions_item_data in _contradictions:
            contradictions_item = AnswerOutContradictionsItem.from_dict(
                contradictions_item_data
            )

            contradictions.append(contradictions_item)

        nearest = []
        _nearest = d.pop("nearest")
        for nearest_item_data in _nearest:
            nearest_item = AnswerOutNearestItem.from_dict(nearest_item_data)

            nearest.append(nearest_item)

        readings = []
        _readings = d.pop("readings")
        for readings_item_data in _readings:
            readings_item = AnswerOutReadingsItem.from_dict(readings_item_data)

            readings.append(readings_item)

        def _parse_plan(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        plan = _parse_plan(d.pop("plan"))

        notes = cast(list[str], d.pop("notes"))

        written_by = d.pop("written_by")

        answer_out = cls(
            question=question,
            kind=kind,
            known=known,
            text=text,
            confidence=confidence,
            version=version,
            as_of=as_of,
            statements=statements,
            evidence=evidence,
            paths=paths,
            graph=graph,
            contradictions=contradictions,
            nearest=nearest,
            readings=readings,
            plan=plan,
            notes=notes,
            written_by=written_by,
        )

        answer_out.additional_properties = d
        return answer_out

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
