"""What one running service is made of besides the project: its records, audit, policies, and the views of callers."""

from __future__ import annotations

import time
from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from threading import Lock

from api.access.caller import Action, Caller
from api.access.office import Office
from api.access.people import Door
from api.access.policy import Policies, Verdict
from api.access.seen import Seen
from api.access.tokens import Tokens, tokens_from_environment
from api.audit.chain import Audit
from api.jobs.queue import Jobs
from api.project import Project

OFFICE = "office.sqlite"


def office_of(project: Project) -> Office:
    """The service's records of a project, opened."""
    return Office(project.settings.data / OFFICE)


def policy_files(folder: Path) -> list[Path]:
    """The project's own policies: ``policies/*.cedar``."""
    return sorted((folder / "policies").glob("*.cedar"))


class Service:
    """One project as it is served. Parts are made when first asked for.

    Args:
        anonymous: whoever asks a loopback name needs no key (role ``local``).
        rate: requests a second that one caller may make, on average; bursts of four times that.
    """

    def __init__(self, project: Project, *, anonymous: bool, rate: float = 100.0) -> None:
        self.project = project
        self.anonymous = anonymous
        self.rates = Rates(rate)
        self._closed = False

    @cached_property
    def office(self) -> Office:
        """Keys, people, jobs, reports."""
        return office_of(self.project)

    @cached_property
    def audit(self) -> Audit:
        """Who asked, decided and changed what."""
        return Audit(self.office)

    @cached_property
    def policies(self) -> Policies:
        """Who may do and see what."""
        return Policies(policy_files(self.project.settings.folder))

    @cached_property
    def seen(self) -> Seen:
        """The project as each caller sees it."""
        return Seen(self.project, self.policies)

    @cached_property
    def door(self) -> Door:
        """Signing in."""
        return Door(self.office)

    @cached_property
    def tokens(self) -> Tokens | None:
        """Signed tokens of the company's own sign-in, if there is one."""
        return tokens_from_environment()

    @cached_property
    def jobs(self) -> Jobs:
        """Long work."""
        return Jobs(self.office, self.project, self.audit)

    def close(self) -> None:
        """End what runs in the background and close the records, once; the project stays open."""
        if self._closed:
            return
        self._closed = True
        if "jobs" in self.__dict__:
            self.jobs.close()
        if "office" in self.__dict__:
            self.office.close()

    def require(self, caller: Caller, action: Action) -> Verdict:
        """Refuse what the caller may not do.

        Raises:
            Forbidden: he may not.
        """
        return self.policies.require(caller, action)


class Rates:
    """Token buckets, one a caller; the longest silent are forgotten first."""

    def __init__(self, rate: float, burst: float = 4.0) -> None:
        self._rate, self._full = rate, rate * burst
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, caller: str) -> float:
        """Take one; gives the seconds to wait when there is none, else 0."""
        at = time.monotonic()
        with self._lock:
            left, since = self._held.pop(caller, (self._full, at))
            left = min(self._full, left + (at - since) * self._rate)
            self._held[caller] = (left - 1 if left >= 1 else left, at)
            if len(self._held) > 10_000:
                self._held.popitem(last=False)
            return 0.0 if left >= 1 else (1 - left) / self._rate
