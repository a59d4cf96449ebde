from typing import Literal

ReportsFileForm = Literal["html", "xlsx"]

REPORTS_FILE_FORM_VALUES: set[ReportsFileForm] = {
    "html",
    "xlsx",
}


def check_reports_file_form(value: str) -> ReportsFileForm:
    if value in REPORTS_FILE_FORM_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REPORTS_FILE_FORM_VALUES!r}"
    )
