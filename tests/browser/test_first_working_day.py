"""The first working day of a legal clerk, in a real browser: one debt from upload to packet, found again by search."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
A, B = "/cases/EX-A-COMPLETE", "/cases/EX-B-FIVE-DEFECTS"


def add(page, case: str, *files) -> None:
    """Send files by the upload page and wait for the answer about each."""
    page.goto(f"{case}/documents/upload")
    page.set_input_files("[data-choose]", list(files))
    for row in page.locator(".queued").all():
        row.locator("[data-type]").select_option("contract")
    page.click("form[data-upload] button[type=submit]")
    for row in page.locator(".queued").all():
        row.locator(".tag.ok, .tag.info, .tag.bad").wait_for()


def test_from_upload_to_packet_and_found_again(visit, contract, tmp_path: Path):
    page = visit("legal_staff")
    page.goto(B)  # what the chain lacks
    page.screenshot(path=tmp_path / "case-b.png", full_page=True)
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator(".finding").count() == 8  # example B's expected block

    add(page, A, contract)
    page.screenshot(path=tmp_path / "upload.png", full_page=True)
    assert "已保存" in page.locator(".queued .tag").inner_text()
    page.click(".queued [data-name] a")
    document = page.url
    for _ in range(40):  # it is being read by the worker
        if page.locator(".pages a").count() == 3:
            break
        page.wait_for_timeout(500)
        page.goto(document)
    assert page.locator(".pages a").count() == 3
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("page=2"))
    picture = page.locator(".picture img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
    page.screenshot(path=tmp_path / "document.png", full_page=True)

    page.keyboard.press("/")
    page.keyboard.type("按日万分之一点五")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    page.screenshot(path=tmp_path / "search.png", full_page=True)
    page.locator(".place", has_text="3").first.click()
    assert "page=3" in page.url
    assert page.locator(".pages a[aria-current] .hits").inner_text() == "1"

    page.goto(f"{A}/packets/new")
    page.screenshot(path=tmp_path / "builder.png", full_page=True)
    page.click("[data-build]")
    page.wait_for_selector(".bundle, .notice.bad", timeout=120_000)  # the page asks by itself and changes when it is done
    page.screenshot(path=tmp_path / "packet.png", full_page=True)
    assert page.locator("iframe[name=bundle]").count() == 1
    assert page.locator(".parts tbody tr").count() >= 10
    with page.expect_download() as started:
        page.click(".panel-head .btn-primary")
    assert started.value.suggested_filename.endswith("packet.zip")


@pytest.mark.long
def test_the_form_works_without_script(visit, contract):
    page = visit("legal_staff", java_script_enabled=False)
    page.goto(f"{A}/documents/upload")
    page.set_input_files("#files-0", str(contract))
    page.select_option("#type-0", "contract")
    page.click("form[data-upload] button[type=submit]")
    assert page.locator("tbody .tag.ok, tbody .tag.info").count() == 1
    assert contract.name in page.locator("tbody th").inner_text()


HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>\u202e.txt"


@pytest.mark.long
def test_hostile_names_and_texts_are_only_text(visit, tmp_path: Path):
    page = visit("legal_staff")
    add(page, A, {"name": HOSTILE, "mimeType": "text/plain", "buffer": f"独角兽 {HOSTILE}".encode()})
    assert page.locator(".queued [data-name]").inner_text() == HOSTILE
    page.click(".queued [data-name] a")
    assert page.locator("dd bdi").inner_text() == HOSTILE
    document = page.url
    for _ in range(40):
        if page.locator("pre.text").count():
            break
        page.wait_for_timeout(500)
        page.goto(document)
    assert page.locator("pre.text").inner_text().startswith("独角兽 <img src=x onerror=alert(1)>")
    page.goto("/search?q=独角兽")
    assert "<img src=x onerror=alert(1)>" in page.locator(".snippet").first.inner_text()
    page.goto(A)
    page.goto(f"{A}/documents")


PAGES = {
    "upload": f"{B}/documents/upload", "builder": f"{B}/packets/new", "search": "/search?q=送货单", "search error": '/search?q="offen',
    "hidden document": f"{B}/documents/1",
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("width", [pytest.param(1380, id="desk"), pytest.param(390, id="telephone")])
def test_nothing_runs_out_of_the_window(visit, tmp_path: Path, width):
    page, wide = visit("legal_manager", width=width), {}
    for name, path in PAGES.items():
        page.goto(path)
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: found for name, found in wide.items() if found > width} == {}
