"""The page for those who need a key, an invitation, or see only a part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from api.access.keys import create_key
from api.access.people import invite
from api.service import Service
from graph_engine.graph import Credentials, Graph
from tests.integration.browser import Watched, chromium, served, watch
from tests.integration.plaetscher import SUPPLIER, sample_company

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OWN = """
@id("editor-acts") permit(principal in Role::"editor", action in [Action::"read", Action::"ask", Action::"review",
                          Action::"decide"], resource);
@id("editor-sees") permit(principal in Role::"editor", action == Action::"see", resource);
@id("no-prices") forbid(principal in Role::"editor", action == Action::"see",
                        resource in Property::"Product.list_price");
@id("no-skus") forbid(principal in Role::"editor", action == Action::"edit", resource == Property::"Product.sku");
"""
PASSWORD = "correct horse battery staple"
pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Held:
    """Who may come in."""

    address: str
    owner: str
    viewer: str
    editor: str
    invitation: str


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, _session_graph: Graph, credentials: Credentials) -> Iterator[Held]:
    """A part of the sample company, served to those only who are known."""
    place, only = tmp_path_factory.mktemp("page-access") / "company", ["erp.suppliers", "erp.items"]
    with sample_company(place, _session_graph, credentials, sources=["erp"], only=only, policies=OWN) as project:
        service = Service(project, anonymous=False)
        _, owner = create_key(service.office, "for the owner", ["owner"])
        _, viewer = create_key(service.office, "for the display", ["viewer"])
        _, editor = create_key(service.office, "for the desk", ["editor"])
        _, code = invite(service.office, "anna@company.example", "Anna", ["steward"])
        with served(project, anonymous=False) as address:
            yield Held(address, owner, viewer, editor, code)
        service.close()


@pytest.fixture(scope="module")
def browser(held: Held) -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def tab(browser: Browser, held: Held) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield watch(context, held.address)
    context.close()


def with_key(tab: Watched, key: str) -> None:
    page = tab.page
    page.get_by_role("button", name="Key", exact=True).click()
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Use this key").click()


def test_without_a_key_only_the_sign_in_is_shown(tab: Watched) -> None:
    page = tab.open("#/runs")
    assert page.locator("h1").inner_text() == "Sign in"
    assert page.locator("nav").count() == 0
    with_key(tab, "kk_nonsense")
    page.locator(".note.bad").wait_for()
    assert page.evaluate("sessionStorage.length") == 0, "what is not valid is not kept"


def test_a_key_opens_the_page_where_one_was_going_and_lasts_as_long_as_the_tab(tab: Watched, held: Held) -> None:
    page = tab.open("#/account")
    with_key(tab, held.owner)
    page.get_by_role("heading", name="For the owner").wait_for()
    assert page.get_by_role("heading", name="Keys").is_visible()
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    page.get_by_role("heading", name="For the owner").wait_for()
    page.get_by_label("A new key for").fill("door")
    page.get_by_role("button", name="Make").click()
    assert re.search(r"kk_\w+", page.locator(".note.good code").inner_text())
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_who_may_not_see_all_is_told_so_by_policy(tab: Watched, held: Held) -> None:
    page = tab.open("")
    with_key(tab, held.viewer)
    note = page.locator(".withheld")
    note.wait_for()
    assert "leave out" in note.inner_text()
    links = page.locator("nav.side").inner_text()
    assert "Impact" in links and "Inbox" not in links, "what a viewer may not do is not offered"
    page = tab.open("#/inbox")
    assert page.get_by_text("Your rights do not include this").is_visible()
    page = tab.open("#/what-if")
    page.get_by_label("What if …").fill(f"what if {SUPPLIER} is down for 3 weeks?")
    page.get_by_role("button", name="Try it").click()
    page.wait_for_url(re.compile(r"#/what-if/s_"))
    page.get_by_text("withheld from you").first.wait_for(timeout=60_000)
    assert page.get_by_role("button", name="Make it true").count() == 0, "that is for those who see all"


def test_who_does_not_see_all_is_offered_what_he_may_do_and_nothing_else(tab: Watched, held: Held) -> None:
    page = tab.open(f"#/thing/{SUPPLIER}")
    with_key(tab, held.editor)
    page.get_by_role("heading", name=SUPPLIER).wait_for()
    tab.settled()
    page.get_by_role("button", name="This is wrong: ").first.click()
    page.get_by_role("button", name="Put it right here").click()
    assert page.get_by_role("button", name="What would change?").count() == 0, "it would count what is withheld"
    page.get_by_label("Because").fill("told by phone")
    page.get_by_label("is really").first.fill("Kolding")
    page.get_by_role("button", name="Correct", exact=True).click()
    page.get_by_text(re.compile(r"Done\.|Proposed\.")).first.wait_for(timeout=120_000)
    page = tab.open(f"#/thing/{SUPPLIER}?tab=history")
    assert page.locator(".note.bad").count() == 0, "the history is shown"
    page = tab.open("#/inbox/proposals")
    assert page.get_by_role("button", name="Approve").count() == 0, "that is for those who see all"
    page = tab.open("#/checks/aside")
    assert page.get_by_text("hold what is withheld from you").is_visible()
    page = tab.open("#/find?q=Otter")
    page.locator("main a[href^='#/thing/']").first.click()
    page.locator("article.thing-view").wait_for()
    page.get_by_role("button", name="This is wrong: article number").or_(
        page.get_by_role("button", name=re.compile("This is wrong: (SKU|sku)"))
    ).first.click()
    assert page.get_by_role("button", name="Put it right here").count() == 0, "policy keeps it from being entered"
    tab.clean()


def test_an_invitation_is_taken_up(tab: Watched, held: Held) -> None:
    page = tab.open(f"#/invitation/{held.invitation}")
    assert page.locator("h1").inner_text() == "You are invited"
    page.get_by_label("Password").fill("short short short")
    page.get_by_label("The same again").fill("another")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_text("The two are not the same").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.locator("nav.side").wait_for()
    assert page.evaluate("document.cookie") == "", "no script can read the session"
    page = tab.open("#/account")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.get_by_label("E-mail address").fill("anna@company.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("nav.side").wait_for()
