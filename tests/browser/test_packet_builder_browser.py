"""The builder of a packet in a real browser: dragged, moved by keys, kept, built with live progress, and all of it without script as well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]
A, B = "/cases/EX-A-COMPLETE", "/cases/EX-B-FIVE-DEFECTS"


def order(page) -> list[str]:
    """The exhibits in the order of the page."""
    return page.eval_on_selector_all("[data-exhibit]", "rows => rows.map((row) => row.dataset.exhibit)")


def after(page, ref: str) -> str:
    """The exhibit below this one."""
    found = order(page)
    return found[found.index(ref) + 1]


def test_exhibits_are_dragged_moved_by_keys_and_kept(visit, tmp_path: Path):
    page = visit("legal_staff", width=1440)
    page.goto(f"{A}/packets/new")
    assert order(page).index("D02") < order(page).index("D05")
    page.locator("[data-exhibit=D05] [data-handle]").scroll_into_view_if_needed()
    page.drag_and_drop("[data-exhibit=D05] [data-handle]", "[data-exhibit=D02] .said", target_position={"x": 30, "y": 3})
    assert after(page, "D05") == "D02"
    page.focus("#n-D02")
    page.keyboard.press("Alt+ArrowDown")
    assert after(page, "D03") == "D02"
    assert page.evaluate("document.activeElement.id") == "n-D02"  # who moves a thing stays with it
    page.locator("[data-exhibit=D03] .more-word").click()
    page.select_option("#g-D03", "G7")
    assert page.locator("[data-list=G7] [data-exhibit=D03]").count() == 1
    assert page.locator("[data-unsaved]").is_visible()
    page.screenshot(path=tmp_path / "arranged.png", full_page=True)
    wanted = order(page)
    page.click("[data-keep]")
    page.wait_for_selector(".versions")
    assert order(page) == wanted
    assert not page.locator("[data-unsaved]").is_visible()


def test_a_packet_is_built_with_its_steps_shown_and_stopped(visit, tmp_path: Path):
    page = visit("legal_manager", width=1440)
    page.goto(f"{A}/packets/new")
    page.click("[data-build]")
    page.wait_for_selector(".steps-list, .bundle", timeout=60_000)
    page.screenshot(path=tmp_path / "progress.png")
    page.wait_for_selector(".bundle", timeout=120_000)  # the page follows the work by itself
    page.screenshot(path=tmp_path / "result.png", full_page=True)
    assert page.locator("iframe[name=bundle]").count() == 1
    assert page.locator(".places li").count() > 10


def test_the_arrows_work_without_script(visit):
    page = visit("legal_staff", java_script_enabled=False)
    page.goto(f"{B}/packets/new")
    below = page.locator("[data-list=G3] [data-exhibit]").nth(1)
    ref = below.get_attribute("data-exhibit")
    below.locator("[data-move='-1']").click()
    assert page.locator("[data-list=G3] [data-exhibit]").nth(0).get_attribute("data-exhibit") == ref
    assert page.locator("[role=status]", has_text=re.compile("保存方案")).count() == 1
    page.locator("[data-keep]").click()
    assert page.locator(".versions li").count() == 2
    assert page.locator("[data-list=G3] [data-exhibit]").nth(0).get_attribute("data-exhibit") == ref


@pytest.mark.parametrize("width", [pytest.param(1440, id="desk"), pytest.param(800, id="tablet"), pytest.param(390, id="telephone")])
def test_nothing_runs_out_of_the_window(visit, tmp_path: Path, width):
    page = visit("legal_manager", width=width)
    for kind in ("lawsuit", "preservation", "write_off_archive"):
        page.goto(f"{A}/packets/new?kind={kind}")
        page.screenshot(path=tmp_path / f"{kind}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
