"""A served project and a headless browser, for the tests of the page."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import uvicorn

from api.app import create_app
from api.project import Project
from api.serving import listen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-prefers-reduced-motion")
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@contextmanager
def served(project: Project, *, anonymous: bool = True) -> Iterator[str]:
    """The project's API and page on a free port of the loopback; gives the address."""
    listener = listen("127.0.0.1", 0)
    app = create_app(project, anonymous=anonymous, rate=1_000.0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            thread.join(0.02)
        assert server.started
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of the system; skips where there is none."""
    found = next((p for n in NAMES if (p := shutil.which(n)) is not None), None)
    if found is None:
        pytest.skip("no Chromium is on the path (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS), timeout=60_000)
        yield browser
        browser.close()


BEGUN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
"""Two frames later: what a click or an address set off has begun to load, and says so."""


@dataclass
class Watched:
    """A tab whose errors and requests are written down."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, place: str) -> Page:
        """Go to a view; waits until it has what it asked for."""
        self.page.goto(f"{self.address}/{place}")
        return self.settled()

    def settled(self) -> Page:
        """The page once nothing is being loaded any more."""
        from playwright.sync_api import expect

        self.page.locator("main h1, main .note").first.wait_for(state="attached")
        self.page.evaluate(BEGUN)
        expect(self.page.locator(".loading, [aria-busy=true]")).to_have_count(0, timeout=120_000)
        return self.page

    def clean(self) -> None:
        """Nothing went wrong in the browser, and nobody else was asked."""
        assert self.errors == []
        assert self.strangers == []


def watch(context: BrowserContext, address: str) -> Watched:
    """A new tab."""
    page = context.new_page()
    page.set_default_timeout(90_000)
    held = Watched(page, address)
    own = urlsplit(address).netloc

    def asked(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != own:
            held.strangers.append(url)

    def said(kind: str, text: str) -> None:
        # The browser writes down each answer with a status of 400 to 499; what the page makes of it is tested.
        if kind in ("error", "warning") and not re.match(r"Failed to load resource: .* status of 4\d\d ", text):
            held.errors.append(text)

    page.on("console", lambda m: said(m.type, m.text))
    page.on("pageerror", lambda e: held.errors.append(str(e)))
    page.on("request", lambda r: asked(r.url))
    return held
