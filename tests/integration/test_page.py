"""The page on the sample company, in a real browser: each thing that people come for, once, from a clean start."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.project import Project
from graph_engine.graph import Credentials, Graph
from tests.integration.browser import Watched, chromium, served, watch
from tests.integration.plaetscher import SAMPLE, SUPPLIER, sample_company

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials
) -> Iterator[Project]:
    """The sample company, ingested once for all tests of this module."""
    place = tmp_path_factory.mktemp("page") / "company"
    with sample_company(place, _session_graph, credentials, model=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(project: Project) -> Iterator[str]:
    with served(project) as found:
        yield found


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Watched]:
    """A tab of its own; whatever went wrong in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin")
    found = watch(context, address)
    yield found
    found.clean()
    context.close()


def job_done(page: Page, text: str = "Done.") -> None:
    page.locator(".note.good", has_text=text).first.wait_for(timeout=120_000)


# ---- asking ---------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_its_evidence(tab: Watched) -> None:
    page = tab.open("")
    page.get_by_label("Your question").fill("Can Kowalczyk Gartencenter still return the pump it bought in March?")
    page.keyboard.press("Enter")
    answer = page.locator("article.answer .words")
    answer.wait_for(timeout=120_000)  # the first question of all: its index is made
    assert "14 days" in answer.inner_text()
    cite = answer.get_by_role("button").first
    number = cite.inner_text()
    cite.click()
    lit = page.locator(".evidence .lit")
    assert lit.get_attribute("id") == f"evidence-{number}"
    assert page.locator(".evidence .record").count() > 0
    assert "policy-returns.md" in page.locator(".evidence").inner_text()
    assert "#/ask?q=Can+Kowalczyk" in page.url
    page.reload()
    tab.settled()
    assert "14 days" in page.locator("article.answer .words").inner_text(), "its address leads back to it"


def test_what_several_things_are_called_is_asked_back(tab: Watched) -> None:
    page = tab.open("#/thing/Otter")
    assert page.get_by_text("Which one is meant?").is_visible()
    chosen = page.locator(".candidates .thing").first
    title = chosen.locator(".name").inner_text()
    chosen.click()
    tab.settled()
    assert page.locator("h1").inner_text() == title


def test_a_question_about_impact_is_answered_by_its_engine(tab: Watched) -> None:
    page = tab.open(f"#/ask?q=Which customers are hit if {SUPPLIER} fails?")
    page.locator(".totals .total", has_text="customers").wait_for()
    page.get_by_role("link", name="See who, when and through what").click()
    tab.settled()
    assert SUPPLIER in page.locator("h1").inner_text()


def test_a_what_if_in_words_is_worked_out_and_its_slider_moves_it(tab: Watched) -> None:
    page = tab.open(f"#/ask?q=What if {SUPPLIER} is down for 3 weeks?")
    slider = page.get_by_role("slider").first
    slider.wait_for()
    before = page.locator(".slider output").first.inner_text()
    slider.focus()
    with page.expect_response(re.compile(r"/v1/scenarios/[^/]+/run$"), timeout=60_000) as ran:
        for _ in range(5):
            page.keyboard.press("ArrowRight")
    assert ran.value.ok
    assert page.locator(".slider output").first.inner_text() != before
    tab.settled()
    assert page.locator(".does li").count() == 1


def test_what_is_not_known_is_said(tab: Watched) -> None:
    page = tab.open("#/ask?q=How tall is the Eiffel tower?")
    assert page.get_by_text("Not known", exact=True).is_visible()


# ---- finding, and one thing -----------------------------------------------------------------------------------------


def test_a_thing_is_found_with_the_keyboard_alone(tab: Watched) -> None:
    page = tab.open("")
    page.locator("h1").first.focus()
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Find anything")
    assert box.evaluate("e => e === document.activeElement")
    page.keyboard.type("magnetfabrik")
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert active and page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    tab.settled()
    assert page.locator("h1").inner_text() == SUPPLIER
    values = page.locator(".values")
    assert "DK30191907" in values.inner_text()
    assert "stammdaten.xlsx row 7" in values.inner_text(), "the row that it came from"
    page.get_by_role("link", name="History").click()
    tab.settled()
    assert page.get_by_text("It has not changed since it was first recorded").is_visible()


def test_search_by_kind(tab: Watched) -> None:
    page = tab.open("#/find?q=otter&class=Product")
    kinds = set(page.locator(".hits .kind").all_inner_texts())
    assert kinds == {"product"}
    page = tab.open("#/find?q=zzzzqqqq")
    assert page.get_by_text("Nothing is called that").first.is_visible()


# ---- impact ---------------------------------------------------------------------------------------------------------


def test_impact_is_listed_explained_and_laid_out_in_time(tab: Watched) -> None:
    page = tab.open(f"#/impact?start={SUPPLIER}")
    total = page.locator(".total", has_text="customers")
    assert int(total.locator(".n").inner_text()) > 200
    total.click()
    tab.settled()
    assert "to=Customer" in page.url
    row = page.locator(".ranked tbody tr").first
    row.get_by_role("button").click()
    detail = page.locator(".detail")
    assert detail.locator(".hop").count() >= 3
    assert detail.locator(".record").count() >= 3
    assert re.search(r"row \d+", detail.inner_text())
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert rows[0][0] == "Affected" and len(rows) == 201 and rows[1][-1].startswith(SUPPLIER)
    page.get_by_role("link", name="When", exact=True).click()
    tab.settled()
    page.locator("canvas").wait_for()
    assert page.locator("figure table tbody tr").count() > 1, "the numbers of the chart"


def test_impact_options_change_the_answer_and_its_address(tab: Watched) -> None:
    from playwright.sync_api import expect

    page = tab.open(f"#/impact?start={SUPPLIER}")
    said = page.locator(".lead").inner_text()
    everything = int(re.sub(r"\D", "", said.split("things")[0]))
    page.locator("summary", has_text="Options").click()
    page.get_by_label("How many steps at most").fill("2")
    page.get_by_label("How many steps at most").blur()
    page.wait_for_url(re.compile("depth=2"))
    expect(page.locator(".lead")).not_to_have_text(said, timeout=90_000)
    tab.settled()
    near = int(re.sub(r"\D", "", page.locator(".lead").inner_text().split("thing")[0]))
    assert 0 < near < everything
    page.get_by_label("In which sense").select_option("strongest")
    page.wait_for_url(re.compile("semantics=strongest"))
    page.locator("th", has_text="How strongly").wait_for()
    page.get_by_label("Only report").select_option("Product")
    page.wait_for_url(re.compile("to=Product"))
    tab.settled()


def test_how_two_things_hang_together(tab: Watched) -> None:
    page = tab.open(f"#/paths?from={SUPPLIER}&to=Product:OTT-550")
    assert page.locator(".path").count() >= 1
    assert page.locator(".path .record").count() >= 2


# ---- the graph ------------------------------------------------------------------------------------------------------


def test_neighbours_open_on_demand(tab: Watched) -> None:
    page = tab.open("#/explore")
    page.get_by_role("combobox", name="Draw").fill(SUPPLIER)
    page.get_by_role("option").first.click()
    opening = page.locator(".opening").first
    opening.wait_for()

    def drawn() -> int:
        return int(page.locator(".panel h2 .count").inner_text().replace(",", ""))

    before = drawn()
    assert 1 < before < 60, "not everything at once"
    page = tab.open("#/explore?start=Product:OTT-550")
    ordered = page.locator(".opening", has_text="order lines")
    ordered.wait_for()
    before, all_ = drawn(), int(ordered.locator(".count").inner_text())
    ordered.click()
    page.locator(".status", has_text=re.compile(rf"^{before + all_ - 4} things")).wait_for()
    assert drawn() == before + all_ - 4, "four of them were drawn already"
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as PNG").click()
    assert Path(download.value.path()).read_bytes()[:4] == b"\x89PNG"


# ---- what if --------------------------------------------------------------------------------------------------------


def test_a_scenario_by_hand_compared_and_explained(tab: Watched, project: Project) -> None:
    offer = project.network().snapshot
    first = offer.entity_id(int(offer.members("Offer")[0]))
    before = project.digest()
    names = []
    for percent in ("8", "30"):
        page = tab.open(f"#/what-if/new?of={first}")
        page.get_by_label("What happens").select_option("scale")
        page.get_by_label("Value").select_option("price")
        page.get_by_label("Per cent").fill(percent)
        page.get_by_role("button", name="Add this edit").click()
        page.get_by_label("What to call it").fill(f"Dearer by {percent}")
        page.get_by_role("button", name="Try it").click()
        page.wait_for_url(re.compile(r"#/what-if/(?!new)"))
        tab.settled()
        names.append(f"Dearer by {percent}")
        assert page.locator("h1").inner_text() == names[-1]
    assert page.get_by_role("heading", name=re.compile("Figures that differ")).is_visible()
    assert page.locator("figure.chart canvas").count() >= 1
    page.get_by_role("button", name=re.compile("^Why ")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("figure.chart").wait_for()
    assert dialog.locator(".parts li").count() >= 1
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page = tab.open("#/what-if")
    for name in names:
        page.get_by_label(f"Compare {name}").check()
    page.get_by_role("link", name="Compare 2").click()
    page.wait_for_url(re.compile("compare"))
    tab.settled()
    assert page.locator("thead th").all_inner_texts().count("As it is") >= 1
    assert all(page.locator("thead", has_text=n).count() for n in names)
    assert project.digest() == before, "nothing in the company's data was changed"


# ---- checks, inbox, matches -----------------------------------------------------------------------------------------


def test_findings_are_shown_by_rule(tab: Watched) -> None:
    page = tab.open("#/checks")
    assert page.locator(".note").first.is_visible()
    assert re.search(r"\d+ rules? checked", page.locator("main").inner_text())


def test_a_row_that_was_set_aside_is_put_right_and_replayed(tab: Watched, project: Project) -> None:
    page = tab.open("#/checks/aside?source=shop.order_lines&rule=range")
    before = len(project.quarantine())
    group = page.locator("details.item").first
    assert "order_lines" in group.inner_text()
    page.get_by_role("button", name="Put it right").first.click()
    field = page.locator(".cells .broken input").first
    field.fill("2")
    page.get_by_role("button", name="What would change?").click()
    job_done(page, "This is what would change.")
    assert len(project.quarantine()) == before, "only tried"
    page.get_by_role("button", name="Replay this row").click()
    page.get_by_text("No row is set aside").wait_for(timeout=120_000)
    assert len(project.quarantine()) < before


def test_tasks_are_taken_and_put_off(tab: Watched) -> None:
    page = tab.open("#/inbox")
    rows = page.locator("tbody tr")
    count = rows.count()
    assert count >= 2
    first = rows.first.get_by_role("checkbox")
    first.check()
    page.get_by_role("button", name="I look after it").click()
    rows.first.get_by_text("somebody on this machine", exact=True).wait_for()
    rows.first.get_by_role("checkbox").check()
    page.get_by_label("Put off until").fill("2099-01-01")
    page.get_by_role("button", name="Put off", exact=True).click()
    page.get_by_text("1 task put off").wait_for()
    assert rows.count() == count - 1


def test_a_pair_is_compared_and_decided(tab: Watched) -> None:
    page = tab.open("#/matches")
    cards = page.locator(".list > .card")
    if cards.count() == 0:
        page = tab.open("#/matches/compare?left=Product:OTT-550&right=Product:OTT-1300")
        card = page.locator("section.card").first
    else:
        card = cards.first
    assert card.locator("table").count() or card.locator("li").count()
    card.get_by_label("Because").fill("asked both")
    card.get_by_role("button", name="Different").click()
    page.locator("#said", has_text="Done.").wait_for(timeout=90_000)


# ---- runs, wrong values, reports ------------------------------------------------------------------------------------


def test_a_wrong_value_is_corrected_where_it_stands_and_taken_back(tab: Watched, project: Project) -> None:
    page = tab.open("#/thing/Product:OTT-550")
    row = page.locator(".value", has_text="Name").first
    row.hover()
    row.get_by_role("button", name=re.compile("This is wrong")).click()
    dialog = page.get_by_role("dialog")
    titles = dialog.locator(".remedies b").all_inner_texts()
    assert {"The row in the source is wrong", "The row is right, but it was read wrongly", "Put it right here"} <= set(
        titles
    )
    dialog.get_by_role("button", name=re.compile("Put it right here")).click()
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3)"
    dialog.get_by_label(re.compile("is really")).fill(hostile)
    dialog.get_by_label("Because").fill("=1+1 <b>bold</b>")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    job_done(page)
    dialog.get_by_role("button", name="Close").click()
    page.locator("h1", has_text="onerror").wait_for(timeout=90_000)
    tab.settled()
    assert page.locator("h1").inner_text().strip() == hostile, "text, not markup"
    assert page.locator("main img, main script").count() == 0
    assert page.locator("main a[href^='javascript']").count() == 0
    assert "<b>bold</b>" in page.locator(".values").inner_text()
    page.get_by_role("link", name="History").click()
    tab.settled()
    assert page.locator(".timeline ins", has_text="onerror").is_visible()
    page = tab.open("#/runs")
    page.get_by_role("button", name=re.compile("Take back")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    job_done(page)
    assert "onerror" not in project.show("Product:OTT-550").state.title


def test_a_hop_that_is_wrong_leads_to_its_remedies(tab: Watched) -> None:
    page = tab.open(f"#/paths?from={SUPPLIER}&to=Product:OTT-550")
    step = page.locator(".path .step").first
    step.hover()
    step.get_by_role("button", name=re.compile("This is wrong")).click()
    dialog = page.get_by_role("dialog")
    assert SUPPLIER in dialog.inner_text()
    dialog.get_by_role("button", name=re.compile("The row in the source is wrong")).click()
    assert dialog.get_by_role("link", name=re.compile("Read erp again")).is_visible()
    assert "angebote.csv" in dialog.inner_text()


def test_an_answer_is_kept_and_tells_later_what_changed(tab: Watched, project: Project) -> None:
    page = tab.open(f"#/impact?start={SUPPLIER}&to=Product&valid_at=any")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url(re.compile("#/reports/report-"))
    tab.settled()
    assert page.get_by_text("the answer is as it was").is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Workbook").click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    offers = [r.other for r in project.show(SUPPLIER).relations if r.role == "offers"]
    rings = {r.other for o in offers for r in project.show(o).relations if r.role == "product"}
    above = {ring: [r.other for r in project.show(ring).relations if r.role == "used_in"] for ring in sorted(rings)}
    ring, parent = next((ring, parents[0]) for ring, parents in above.items() if len(parents) == 1)
    project.state(
        "correct", parent, [f"components-={ring}"], because="made otherwise", until=None, review=None, author="tester"
    )
    page.reload()
    tab.settled()
    text = page.get_by_label("What changed since").inner_text()
    assert "Today the answer is another one" in text and "no longer listed" in text
    page = tab.open("#/reports")
    assert page.locator("tbody a", has_text=SUPPLIER).count() >= 1


def test_sources_are_tried_and_uploads_taken(tab: Watched, tmp_path: Path) -> None:
    page = tab.open("#/runs/read?source=shop")
    file = tmp_path / "order_lines.csv"
    shutil.copy(SAMPLE / "shop/order_lines.csv", file)
    page.get_by_label("Source", exact=True).select_option("shop")
    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("shop.order_lines").wait_for()
    page.get_by_role("button", name="What would change?").click()
    job_done(page, "This is what would change.")
    page = tab.open("#/runs/jobs")
    assert "tried only" in page.locator(".list").inner_text()


# ---- everybody ------------------------------------------------------------------------------------------------------


def test_measures_go_down_to_the_rows(tab: Watched) -> None:
    page = tab.open("#/measures?q=unit cost")
    page.get_by_role("link", name="Unit cost", exact=True).click()
    page.get_by_role("heading", name="Unit cost", level=1).wait_for()
    assert "components" in page.locator("code.formula").first.inner_text()
    page.get_by_role("button", name=re.compile("^Why ")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("code.formula").first.wait_for()
    assert dialog.locator(".operands li").count() > 0
    page.keyboard.press("Escape")
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    assert len(list(csv.reader(io.StringIO(Path(saved.value.path()).read_text(encoding="utf-8-sig"))))) > 10
    tab.clean()


def test_the_audit_is_searched_and_whole(tab: Watched) -> None:
    page = tab.open("#/find?q=otter")
    page.locator(".hits li").first.wait_for()
    page = tab.open("#/audit")
    page.get_by_text("The record is whole").wait_for(timeout=120_000)
    page.get_by_label("Containing").fill("q=otter")
    with page.expect_response(re.compile(r"/v1/audit\?.*otter")):
        page.get_by_role("button", name="Search", exact=True).click()
    tab.settled()
    first = page.locator(".entries details").first
    first.get_by_text("/v1/search").first.wait_for()
    first.locator("summary").click()
    assert '"action"' in first.locator("pre").inner_text()
    page.get_by_label("Containing").fill("nobody ever asked that")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_text("No entry fits").wait_for()
    tab.clean()


def test_who_sees_what_is_told_from_the_policies(tab: Watched) -> None:
    page = tab.open("#/access")
    row = page.get_by_role("row", name=re.compile("^viewer"))
    row.wait_for()
    assert "may ask" in row.inner_text() and "may not decide" in row.text_content()  # type: ignore[operator]
    assert "address: address line 1" in page.locator(".leaves-out").inner_text()
    tab.clean()


def test_an_answer_and_a_what_if_are_kept(tab: Watched) -> None:
    page = tab.open(f"#/ask?q=Which products does {SUPPLIER} supply?")
    page.get_by_role("button", name="Keep").click(timeout=60_000)
    page.wait_for_url(re.compile("#/reports/report-"))
    page.get_by_role("heading", name=f"Which products does {SUPPLIER} supply?").first.wait_for()
    page.get_by_text("The graph is still at this version").wait_for()
    page = tab.open(f"#/ask?q=What if {SUPPLIER} is down for 3 weeks?")
    page.get_by_role("button", name="Keep").first.click(timeout=60_000)
    page.wait_for_url(re.compile("#/reports/report-"))
    page.get_by_role("heading", name="What was tried").wait_for()
    page.get_by_role("heading", name=re.compile("What the failure hits")).wait_for()
    tab.clean()


VIEWS = {
    "ask": "", "answer": "#/ask?q=How long is the warranty?", "find": "#/find?q=otter",
    "thing": "#/thing/Product:OTT-550",
    "history": "#/thing/Product:OTT-550?tab=history", "wrong": "#/thing/Product:OTT-550?tab=trouble",
    "alike": "#/thing/Product:OTT-550?tab=alike",
    "impact": f"#/impact?start={SUPPLIER}&to=Customer",
    "options": f"#/impact?start={SUPPLIER}&depth=3&semantics=strongest",
    "timeline": f"#/impact?start={SUPPLIER}&view=timeline", "paths": f"#/paths?from={SUPPLIER}&to=Product:OTT-550",
    "explore": "#/explore?start=Product:OTT-550", "what-if": "#/what-if", "by hand": "#/what-if/new?of=Product:OTT-550",
    "scenario": f"#/ask?q=What if {SUPPLIER} is down for 3 weeks?", "checks": "#/checks", "aside": "#/checks/aside",
    "inbox": "#/inbox", "matches": "#/matches", "compare": "#/matches/compare", "runs": "#/runs", "read": "#/runs/read",
    "measures": "#/measures", "measure": "#/measures/Product.unit_cost", "audit": "#/audit", "access": "#/access",
    "reports": "#/reports", "account": "#/account", "sign-in": "#/sign-in", "nothing": "#/nowhere",
}  # fmt: skip


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_view(browser: Browser, address: str, look: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # Axe is put into the page as text, which the page's own policy forbids.
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="dark" if look == "dark" else "light", locale="en-GB",
        bypass_csp=True,
    )  # fmt: skip
    tab = watch(context, address)
    found: list[str] = []
    for name, place in VIEWS.items():
        page = tab.open(place)
        for rule in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
            if rule["impact"] in ("serious", "critical"):
                nodes = "; ".join(n["html"][:140] for n in rule["nodes"][:3])
                found.append(f"{name}: {rule['id']} ({rule['impact']}): {nodes}")
    context.close()
    assert found == []


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, locale="en-GB")
    tab = watch(context, address)
    wide: list[str] = []
    for name, place in VIEWS.items():
        page = tab.open(place)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append(f"{name}: {over} px")
    page = tab.open("")
    page.get_by_role("button", name="More").click()
    page.locator(".sheet").get_by_role("link", name="Runs").click()
    page.wait_for_url(re.compile("#/runs"))
    tab.clean()
    context.close()
    assert wide == []


def test_everything_is_reached_without_a_mouse(tab: Watched) -> None:
    page = tab.open(f"#/impact?start={SUPPLIER}&to=Customer")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen: list[str] = []
    hidden: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => { const e = document.activeElement, b = e.getBoundingClientRect(), s = getComputedStyle(e);
                const name = e.textContent.trim() || e.ariaLabel || e.id;
                return { name, seen: b.width > 0 && s.outlineStyle !== "none" } }"""
        )
        seen.append(told["name"])
        if not told["seen"]:
            hidden.append(told["name"])
    assert any("customer, " in n for n in seen), "a row of the list"
    assert hidden == [], "where the focus is can be seen"
    page.locator(".ranked tbody button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".detail .path").count() >= 1


def test_the_look_is_chosen_and_kept(tab: Watched) -> None:
    page = tab.open("")
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.get_by_role("button", name="Dark look").click()
    page.get_by_role("button", name="Light look").wait_for()
    page.locator("html[data-look=dark]").wait_for()
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark != paper
    page.reload()
    tab.settled()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


def test_the_policy_holds_against_a_script_that_gets_in(browser: Browser, address: str) -> None:
    context = browser.new_context()
    tab = watch(context, address)
    page = tab.open("")
    refused = page.evaluate(
        """() => ["<img src=x onerror='window.ran = 1'>", "<script>window.ran = 2</script>"].map((markup) => {
            try { document.body.insertAdjacentHTML("beforeend", markup); return "let in"; } catch (e) { return e.name; }
        })"""
    )
    assert refused == ["TypeError", "TypeError"], "not even our own code can make markup of text"
    with page.expect_console_message(lambda m: "stranger.example" in m.text) as refusal:
        page.evaluate(
            """() => { const i = new Image(); i.src = "http://stranger.example/x.png"; document.body.append(i); }"""
        )
    assert "Content Security Policy" in refusal.value.text
    assert page.evaluate("window.ran") is None
    context.close()


def test_a_service_that_is_gone_is_said(tab: Watched) -> None:
    page = tab.open("#/runs")
    page.route("**/v1/**", lambda route: route.abort())
    page.get_by_role("link", name="Reports").first.click()
    page.get_by_text("knockon does not answer").first.wait_for()
    assert page.get_by_role("button", name="Try again").first.is_visible()
    page.unroute("**/v1/**")
    page.get_by_role("button", name="Try again").first.click()
    page.locator(".trouble").first.wait_for(state="detached")
    tab.settled()
    tab.errors.clear()  # the browser itself writes down requests that failed
