from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Question")


@_attrs_define
class Question:
    """A question in plain words.

    Attributes:
        question (str): In one's own words; 4,000 characters are read.
        as_of (datetime.date | None | Unset): The day that dates are compared with; null: today.
        valid_at (datetime.date | Literal['any'] | Unset): Relations that held on that day, or `any` for all of time.
            Default: 'any'.
        known_at (None | str | Unset): As it was recorded then: a graph version, a run, a date or an instant.
        classes (list[str] | Unset): Only texts of these classes, such as `Policy`.
        languages (list[str] | Unset): Only texts in these languages (BCP 47).
        embedding (bool | Unset): Use the embedding model, if one is installed. Default: True.
        phrase (bool | Unset): Let the language model, if one is set up, phrase the answer. Default: True.
    """

    question: str
    as_of: datetime.date | None | Unset = UNSET
    valid_at: datetime.date | Literal["any"] | Unset = "any"
    known_at: None | str | Unset = UNSET
    classes: list[str] | Unset = UNSET
    languages: list[str] | Unset = UNSET
    embedding: bool | Unset = True
    phrase: bool | Unset = True

    def to_dict(self) -> dict[str, Any]:
        question = self.question

        as_of: None | str | Unset
        if isinstance(self.as_of, Unset):
            as_of = UNSET
        elif isinstance(self.as_of, datetime.date):
            as_of = self.as_of.isoformat()
        else:
            as_of = self.as_of

        valid_at: Literal["any"] | str | Unset
        if isinstance(self.valid_at, Unset):
            valid_at = UNSET
        elif isinstance(self.valid_at, datetime.date):
            valid_at = self.valid_at.isoformat()
        else:
            valid_at = self.valid_at

        known_at: None | str | Unset
        if isinstance(self.known_at, Unset):
            known_at = UNSET
        else:
            known_at = self.known_at

        classes: list[str] | Unset = UNSET
        if not isinstance(self.classes, Unset):
            classes = self.classes

        languages: list[str] | Unset = UNSET
        if not isinstance(self.languages, Unset):
            languages = self.languages

        embedding = self.embedding

        phrase = self.phrase

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "question": question,
            }
        )
        if as_of is not UNSET:
            field_dict["as_of"] = as_of
        if valid_at is not UNSET:
            field_dict["valid_at"] = valid_at
        if known_at is not UNSET:
            field_dict["known_at"] = known_at
        if classes is not UNSET:
            field_dict["classes"] = classes
        if languages is not UNSET:
            field_dict["languages"] = languages
        if embedding is not UNSET:
            field_dict["embedding"] = embedding
        if phrase is not UNSET:
            field_dict["phrase"] = phrase

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        question = d.pop("question")

        def _parse_as_of(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                as_of_type_0 = datetime.date.fromisoformat(data)

                return as_of_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        as_of = _parse_as_of(d.pop("as_of", UNSET))

        def _parse_valid_at(data: object) -> datetime.date | Literal["any"] | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_at_type_0 = datetime.date.fromisoformat(data)

                return valid_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            valid_at_type_1 = cast(Literal["any"], data)
            if valid_at_type_1 != "any":
                raise ValueError(
                    f"valid_at_type_1 must match const 'any', got '{valid_at_type_1}'"
                )
            return valid_at_type_1

        valid_at = _parse_valid_at(d.pop("valid_at", UNSET))

        def _parse_known_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        known_at = _parse_known_at(d.pop("known_at", UNSET))

        classes = cast(list[str], d.pop("classes", UNSET))

        languages = cast(list[str], d.pop("languages", UNSET))

        embedding = d.pop("embedding", UNSET)

        phrase = d.pop("phrase", UNSET)

        question = cls(
            question=question,
            as_of=as_of,
            valid_at=valid_at,
            known_at=known_at,
            classes=classes,
            languages=languages,
            embedding=embedding,
            phrase=phrase,
        )

        return question
