from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.question_side import QuestionSide


T = TypeVar("T", bound="QuestionAnswer")


@_attrs_define
class QuestionAnswer:
    """Two records that may be one thing.

    Attributes:
        class_ (str): Their class.
        left (QuestionSide): One side of an open question.
        right (QuestionSide): One side of an open question.
        probability (float): How likely they are the same, by the model.
        weight (float): Match weight in bits.
        reasons (list[str]): What speaks for and against, with its bits.
        moves (int): Records and relations that come together if the answer is same.
        effect (float): What the order goes by: doubt times what moves.
    """

    class_: str
    left: QuestionSide
    right: QuestionSide
    probability: float
    weight: float
    reasons: list[str]
    moves: int
    effect: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        class_ = self.class_

        left = self.left.to_dict()

        right = self.right.to_dict()

        probability = self.probability

        weight = self.weight

        reasons = self.reasons

        moves = self.moves

        effect = self.effect

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "class": class_,
                "left": left,
                "right": right,
                "probability": probability,
                "weight": weight,
                "reasons": reasons,
                "moves": moves,
                "effect": effect,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.question_side import QuestionSide  # noqa: PLC0415

        d = dict(src_dict)
        class_ = d.pop("class")

        left = QuestionSide.from_dict(d.pop("left"))

        right = QuestionSide.from_dict(d.pop("right"))

        probability = d.pop("probability")

        weight = d.pop("weight")

        reasons = cast(list[str], d.pop("reasons"))

        moves = d.pop("moves")

        effect = d.pop("effect")

        question_answer = cls(
            class_=class_,
            left=left,
            right=right,
            probability=probability,
            weight=weight,
            reasons=reasons,
            moves=moves,
            effect=effect,
        )

        question_answer.additional_properties = d
        return question_answer

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
