from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="EraseQuestion")


@_attrs_define
class EraseQuestion:
    """Whom or what to erase.

    Attributes:
        subject (str): An id, `Class:key`, or a name.
        because (str):
    """

    subject: str
    because: str

    def to_dict(self) -> dict[str, Any]:
        subject = self.subject

        because = self.because

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "subject": subject,
                "because": because,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subject = d.pop("subject")

        because = d.pop("because")

        erase_question = cls(
            subject=subject,
            because=because,
        )

        return erase_question
