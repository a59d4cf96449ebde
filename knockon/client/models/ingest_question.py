from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="IngestQuestion")


@_attrs_define
class IngestQuestion:
    """What to read.

    Attributes:
        only (list[str] | Unset): Sources or `source.table`; empty: everything configured.
        uploads (list[str] | Unset): Ids of uploads, read in place of the source's own files.
        accept_retractions (bool | Unset): Rows may be missing that were there before. Default: False.
        dry_run (bool | Unset): Compute what would change; write nothing. Default: False.
        because (str | Unset): Why; it is kept with the run. Default: ''.
    """

    only: list[str] | Unset = UNSET
    uploads: list[str] | Unset = UNSET
    accept_retractions: bool | Unset = False
    dry_run: bool | Unset = False
    because: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        only: list[str] | Unset = UNSET
        if not isinstance(self.only, Unset):
            only = self.only

        uploads: list[str] | Unset = UNSET
        if not isinstance(self.uploads, Unset):
            uploads = self.uploads

        accept_retractions = self.accept_retractions

        dry_run = self.dry_run

        because = self.because

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if only is not UNSET:
            field_dict["only"] = only
        if uploads is not UNSET:
            field_dict["uploads"] = uploads
        if accept_retractions is not UNSET:
            field_dict["accept_retractions"] = accept_retractions
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if because is not UNSET:
            field_dict["because"] = because

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        only = cast(list[str], d.pop("only", UNSET))

        uploads = cast(list[str], d.pop("uploads", UNSET))

        accept_retractions = d.pop("accept_retractions", UNSET)

        dry_run = d.pop("dry_run", UNSET)

        because = d.pop("because", UNSET)

        ingest_question = cls(
            only=only,
            uploads=uploads,
            accept_retractions=accept_retractions,
            dry_run=dry_run,
            because=because,
        )

        return ingest_question
