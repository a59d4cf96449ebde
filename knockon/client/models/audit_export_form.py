from typing import Literal

AuditExportForm = Literal["jsonl", "prov"]

AUDIT_EXPORT_FORM_VALUES: set[AuditExportForm] = {
    "jsonl",
    "prov",
}


def check_audit_export_form(value: str) -> AuditExportForm:
    if value in AUDIT_EXPORT_FORM_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {AUDIT_EXPORT_FORM_VALUES!r}"
    )
