from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.onboarding_answer_documents_item import OnboardingAnswerDocumentsItem
    from ..models.onboarding_answer_files import OnboardingAnswerFiles
    from ..models.onboarding_answer_findings_item import OnboardingAnswerFindingsItem
    from ..models.onboarding_answer_first_look_item import OnboardingAnswerFirstLookItem
    from ..models.onboarding_answer_not_asked_item import OnboardingAnswerNotAskedItem
    from ..models.onboarding_answer_questions_item import OnboardingAnswerQuestionsItem
    from ..models.onboarding_answer_skipped_item import OnboardingAnswerSkippedItem
    from ..models.onboarding_answer_tables_item import OnboardingAnswerTablesItem


T = TypeVar("T", bound="OnboardingAnswer")


@_attrs_define
class OnboardingAnswer:
    """The proposal as it stands under these answers.

    Attributes:
        tables (list[OnboardingAnswerTablesItem]):
        documents (list[OnboardingAnswerDocumentsItem]): Files read as documents: pattern, class, how many.
        questions (list[OnboardingAnswerQuestionsItem]): At most ten, those first on which most hangs.
        not_asked (list[OnboardingAnswerNotAskedItem]): Doubts that took their default.
        findings (list[OnboardingAnswerFindingsItem]):
        first_look (list[OnboardingAnswerFirstLookItem]):
        skipped (list[OnboardingAnswerSkippedItem]):
        currency (None | str):
        shape_rules (int): Rules for things that are proposed (shapes/proposed.ttl); none is in force.
        files (OnboardingAnswerFiles): Path below the project → the text that `knockon init` would write. Nothing is
            written.
    """

    tables: list[OnboardingAnswerTablesItem]
    documents: list[OnboardingAnswerDocumentsItem]
    questions: list[OnboardingAnswerQuestionsItem]
    not_asked: list[OnboardingAnswerNotAskedItem]
    findings: list[OnboardingAnswerFindingsItem]
    first_look: list[OnboardingAnswerFirstLookItem]
    skipped: list[OnboardingAnswerSkippedItem]
    currency: None | str
    shape_rules: int
    files: OnboardingAnswerFiles
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tables = []
        for tables_item_data in self.tables:
            tables_item = tables_item_data.to_dict()
            tables.append(tables_item)

        documents = []
        for documents_item_data in self.documents:
            documents_item = documents_item_data.to_dict()
            documents.append(documents_item)

        questions = []
        for questions_item_data in self.questions:
            questions_item = questions_item_data.to_dict()
            questions.append(questions_item)

        not_asked = []
        for not_asked_item_data in self.not_asked:
            not_asked_item = not_asked_item_data.to_dict()
            not_asked.append(not_asked_item)

        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)

        first_look = []
        for first_look_item_data in self.first_look:
            first_look_item = first_look_item_data.to_dict()
            first_look.append(first_look_item)

        skipped = []
        for skipped_item_data in self.skipped:
            skipped_item = skipped_item_data.to_dict()
            skipped.append(skipped_item)

        currency: None | str
        currency = self.currency

        shape_rules = self.shape_rules

        files = self.files.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tables": tables,
                "documents": documents,
                "questions": questions,
                "not_asked": not_asked,
                "findings": findings,
                "first_look": first_look,
                "skipped": skipped,
                "currency": currency,
                "shape_rules": shape_rules,
                "files": files,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.onboarding_answer_documents_item import (
            OnboardingAnswerDocumentsItem,  # noqa: PLC0415
        )
        from ..models.onboarding_answer_files import OnboardingAnswerFiles  # noqa: PLC0415
        from ..models.onboarding_answer_findings_item import (
            OnboardingAnswerFindingsItem,  # noqa: PLC0415
        )
        from ..models.onboarding_answer_first_look_item import (
            OnboardingAnswerFirstLookItem,  # noqa: PLC0415
        )
        from ..models.onboarding_answer_not_asked_item import (
            OnboardingAnswerNotAskedItem,  # noqa: PLC0415
        )
        from ..models.onboarding_answer_questions_item import (
            OnboardingAnswerQuestionsItem,  # noqa: PLC0415
        )
        from ..models.onboarding_answer_skipped_item import OnboardingAnswerSkippedItem  # noqa: PLC0415
        from ..models.onboarding_answer_tables_item import OnboardingAnswerTablesItem  # noqa: PLC0415

        d = dict(src_dict)
        tables = []
        _tables = d.pop("tables")
        for tables_item_data in _tables:
            tables_item = OnboardingAnswerTablesItem.from_dict(tables_item_data)

            tables.append(tables_item)

        documents = []
        _documents = d.pop("documents")
        for documents_item_data in _documents:
            documents_item = OnboardingAnswerDocumentsItem.from_dict(
                documents_item_data
            )

            documents.append(documents_item)

        questions = []
        _questions = d.pop("questions")
        for questions_item_data in _questions:
            questions_item = OnboardingAnswerQuestionsItem.from_dict(
                questions_item_data
            )

            questions.append(questions_item)

        not_asked = []
        _not_asked = d.pop("not_asked")
        for not_asked_item_data in _not_asked:
            not_asked_item = OnboardingAnswerNotAskedItem.from_dict(not_asked_item_data)

            not_asked.append(not_asked_item)

        findings = []
        _findings = d.pop("findings")
        for findings_item_data in _findings:
            findings_item = OnboardingAnswerFindingsItem.from_dict(findings_item_data)

            findings.append(findings_item)

        first_look = []
        _first_look = d.pop("first_look")
        for first_look_item_data in _first_look:
            first_look_item = OnboardingAnswerFirstLookItem.from_dict(
                first_look_item_data
            )

            first_look.append(first_look_item)

        skipped = []
        _skipped = d.pop("skipped")
        for skipped_item_data in _skipped:
            skipped_item = OnboardingAnswerSkippedItem.from_dict(skipped_item_data)

            skipped.append(skipped_item)

        def _parse_currency(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        currency = _parse_currency(d.pop("currency"))

        shape_rules = d.pop("shape_rules")

        files = OnboardingAnswerFiles.from_dict(d.pop("files"))

        onboarding_answer = cls(
            tables=tables,
            documents=documents,
            questions=questions,
            not_asked=not_asked,
            findings=findings,
            first_look=first_look,
            skipped=skipped,
            currency=currency,
            shape_rules=shape_rules,
            files=files,
        )

        onboarding_answer.additional_properties = d
        return onboarding_answer

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
