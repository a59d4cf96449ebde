"""How fast the page is in a headless Chromium: the first answer after a load, what is loaded, and 2,000 drawn nodes.

``python -m bench.page ADDRESS`` asks a service that runs (``knockon serve``); rendering is by software, without a
graphics card, so that frames are the slowest that a reader will see. The drawn graph is made up (each thing hangs on
an earlier one, some on two), since it is the drawing that is measured; it comes through the page's own questions.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
import statistics
import sys
from urllib.parse import unquote, urlsplit

import psutil

from api.page import assets

NODES = 2_000
RUNS = 5
_HUBS = 20
_FRAMES = """(seconds) => new Promise((done) => {
    const times = []; let last = performance.now(); const until = last + seconds * 1000;
    const step = (now) => {
        times.push(now - last); last = now;
        now < until ? requestAnimationFrame(step) : done(times);
    };
    requestAnimationFrame(step); })"""


def company() -> dict[str, dict[str, object]]:
    """Cards of things by id: 20 hubs in a ring, the others on one hub or two."""
    chance = random.Random(7)
    ends: dict[int, set[int]] = {n: set() for n in range(NODES)}
    for n in range(NODES):
        if n < _HUBS:
            others = {(n + 1) % _HUBS}
        else:
            others = set(chance.sample(range(_HUBS), 2 if chance.random() < 0.1 else 1))
        for other in others:
            ends[n].add(other)
            ends[other].add(n)
    classes = ("Product", "Supplier", "Customer", "Order")

    def thing(n: int) -> dict[str, str]:
        return {"id": f"e_{n:020x}", "class": classes[n % 4], "title": f"Thing {n}"}

    return {
        thing(n)["id"]: {
            "id": thing(n)["id"], "title": thing(n)["title"], "classes": [thing(n)["class"]], "aliases": [],
            "version": 1, "values": {}, "warnings": [], "records": {}, "totals": {"parts": len(others)},
            "relations": [
                {"id": f"r_{min(n, o)}_{max(n, o)}", "relation": "x", "role": "parts", "label": "part of",
                 "other": thing(o), "values": {}, "valid_from": None, "valid_to": None, "records": []}
                for o in sorted(others)
            ],
        }
        for n, others in ends.items()
    }  # fmt: skip


def main() -> int:
    """Print what was measured."""
    from playwright.sync_api import Page, Route, sync_playwright

    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8017"
    question = sys.argv[2] if len(sys.argv) > 2 else ""
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if found is None:
        print("No Chromium is on the path.")
        return 1
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])

        def fresh() -> Page:
            return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()

        sizes()
        for name, place, shown in (
            ("the ask box", "", ".ask-box textarea"),
            ("an answer", f"#/ask?q={question}" if question else "", "article.answer .words"),
        ):
            if name == "an answer" and not question:
                continue
            times = []
            for _ in range(RUNS + 1):
                page = fresh()
                page.goto(f"{address}/{place}")
                page.locator(shown).first.wait_for(timeout=120_000)
                times.append(float(page.evaluate("performance.now()")))
                page.context.close()
            print(f"{name} visible after a load: {told(times[1:])}")

        page, cards = fresh(), company()

        def answer(route: Route) -> None:
            id_ = unquote(urlsplit(route.request.url).path.rsplit("/", 1)[-1])
            route.fulfill(body=json.dumps(cards[id_]), content_type="application/json")

        page.route("**/v1/entities/**", answer)
        page.goto(f"{address}/#/explore?start={next(iter(cards))}")
        page.locator(".opening").wait_for()
        drawn = page.locator(".panel h2 .count")
        for n in range(1, _HUBS + 1):
            if int(drawn.inner_text().replace(",", "")) >= NODES:
                break
            page.locator("#drawn-filter").fill(f"Thing {n % _HUBS}")
            page.get_by_role("button", name=re.compile(rf"^Thing {n % _HUBS}\b")).first.click()
            page.locator(".panel p .name", has_text=re.compile(rf"^Thing {n % _HUBS}$")).wait_for()
            page.locator(".opening:enabled").first.click()
            page.locator(".opening:enabled").first.wait_for()
        page.locator(".tools button").nth(2).click()
        settling = page.evaluate(_FRAMES, 3)
        print(f"{drawn.inner_text()} nodes; frames while they settle: {told(settling)}")
        page.locator(".status", has_text="things").wait_for(timeout=120_000)
        box = page.locator(".drawn").bounding_box()
        assert box is not None
        for name, wheel in (("dragging", False), ("zooming", True)):
            page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 120)
            page.evaluate(f"void (window.told = ({_FRAMES})(2))")
            before = rendering()
            if not wheel:
                page.mouse.down()
            for n in range(40):
                if wheel:
                    page.mouse.wheel(0, -40 if n < 20 else 40)
                else:
                    page.mouse.move(box["x"] + 60 + n * 4, box["y"] + box["height"] - 120 - n)
            if not wheel:
                page.mouse.up()
            frames = page.evaluate("window.told")
            each = (rendering() - before) * 1000 / len(frames)
            print(f"frames while {name}: {told(frames)}; {each:,.0f} ms of processor time each")
        browser.close()
    return 0


def rendering() -> float:
    """Processor seconds that the browser's renderers have taken so far: the same on a busy machine."""
    held = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                held += sum(process.cpu_times()[:2])
        except psutil.Error:
            continue
    return held


def sizes() -> None:
    """What is loaded first, and later, gzipped."""
    held = assets()
    squeezed = {n: len(gzip.compress(a.content, 9)) for n, a in held.items() if n.endswith((".js", ".css"))}
    first = {n for n in squeezed if n in held["index.html"].content.decode()}
    print(f"first load: {sum(squeezed[n] for n in first) / 1000:,.1f} kB gzipped")
    print(f"everything: {sum(squeezed.values()) / 1000:,.1f} kB gzipped")
    for name in sorted(set(squeezed) - first, key=lambda n: -squeezed[n])[:4]:
        print(f"  later: {name.removeprefix('assets/').split('-')[0]}: {squeezed[name] / 1000:,.1f} kB")


def told(times: list[float]) -> str:
    """Frames in words."""
    ranked = sorted(times)
    middle, high = statistics.median(ranked), ranked[int(len(ranked) * 0.95)]
    return f"median {middle:,.0f} ms, p95 {high:,.0f} ms, worst {ranked[-1]:,.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
