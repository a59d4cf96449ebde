from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.compared_answer import ComparedAnswer
    from ..models.ledger_entry import LedgerEntry
    from ..models.tree_answer import TreeAnswer


T = TypeVar("T", bound="WhyAnswer")


@_attrs_define
class WhyAnswer:
    """Why two things are one, or are not.

    Attributes:
        version (int):
        left (str):
        right (str):
        together (bool):
        because (list[str]): What decides it, in plain words, the strongest first.
        judgements (list[LedgerEntry]):
        compared (ComparedAnswer | None):
        tree (None | TreeAnswer):
    """

    version: int
    left: str
    right: str
    together: bool
    because: list[str]
    judgements: list[LedgerEntry]
    compared: ComparedAnswer | None
    tree: None | TreeAnswer
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.compared_answer import ComparedAnswer  # noqa: PLC0415
        from ..models.tree_answer import TreeAnswer  # noqa: PLC0415

        version = self.version

        left = self.left

        right = self.right

        together = self.together

        because = self.because

        judgements = []
        for judgements_item_data in self.judgements:
            judgements_item = judgements_item_data.to_dict()
            judgements.append(judgements_item)

        compared: dict[str, Any] | None
        if isinstance(self.compared, ComparedAnswer):
            compared = self.compared.to_dict()
        else:
            compared = self.compared

        tree: dict[str, Any] | None
        if isinstance(self.tree, TreeAnswer):
            tree = self.tree.to_dict()
        else:
            tree = self.tree

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "left": left,
                "right": right,
                "together": together,
                "because": because,
                "judgements": judgements,
                "compared": compared,
                "tree": tree,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.compared_answer import ComparedAnswer  # noqa: PLC0415
        from ..models.ledger_entry import LedgerEntry  # noqa: PLC0415
        from ..models.tree_answer import TreeAnswer  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        left = d.pop("left")

        right = d.pop("right")

        together = d.pop("together")

        because = cast(list[str], d.pop("because"))

        judgements = []
        _judgements = d.pop("judgements")
        for judgements_item_data in _judgements:
            judgements_item = LedgerEntry.from_dict(judgements_item_data)

            judgements.append(judgements_item)

        def _parse_compared(data: object) -> ComparedAnswer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                compared_type_0 = ComparedAnswer.from_dict(data)

                return compared_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ComparedAnswer | None, data)

        compared = _parse_compared(d.pop("compared"))

        def _parse_tree(data: object) -> None | TreeAnswer:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tree_type_0 = TreeAnswer.from_dict(data)

                return tree_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TreeAnswer, data)

        tree = _parse_tree(d.pop("tree"))

        why_answer = cls(
            version=version,
            left=left,
            right=right,
            together=together,
            because=because,
            judgements=judgements,
            compared=compared,
            tree=tree,
        )

        why_answer.additional_properties = d
        return why_answer

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
