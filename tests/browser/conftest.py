"""A served instance with examples A and B, a worker beside it, and Debian's chromium. Skips with a sentence where chromium is absent."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

PASSWORD = "first working day 2026"
PEOPLE = {"legal_staff": "林法务", "legal_manager": "周经理", "external_lawyer": "赵律师"}
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{wheel}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>"""


@pytest.fixture(scope="module")
def served(chromium_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The address of a running instance; the worker is a thread that works off what waits."""
    import waitress

    from casefiles import create_app, exchange, people, schema
    from casefiles.actor import operator
    from casefiles.config import Config
    from casefiles.db import connect, saving, session
    from casefiles.law import EXAMPLES
    from casefiles.models import Role

    data = tmp_path_factory.mktemp("served")
    config = Config.embedded(data, "a-key-for-tests-only-0123456789abcdef", sign_in_limit="1000 per minute")
    engine = connect(config.database_url)
    schema.upgrade(engine)
    engine.dispose()
    app = create_app(config)
    with saving():
        for name in ("case-a-complete-sale", "case-b-five-defects"):
            exchange.enter(operator(), exchange.read(EXAMPLES / f"{name}.yaml"), {})
        for role, name in PEOPLE.items():
            people.add_person(operator(), f"{role}@example.test", name, Role(role), "法务部", PASSWORD)
    session.remove()
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    over = threading.Event()
    threads = [threading.Thread(target=server.run, daemon=True), threading.Thread(target=work_off, args=(over,), daemon=True)]
    for thread in threads:
        thread.start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.effective_port}", data=data)
    over.set()
    threads[1].join(timeout=60)
    server.close()
    session.remove()


def work_off(over: threading.Event) -> None:
    """What the worker process does, in this process."""
    from casefiles import jobs
    from casefiles.db import session

    while not over.wait(0.2):
        try:
            jobs.drain(60)
        except Exception:  # a later look takes it up again, as in the real worker
            logging.getLogger(__name__).exception("worker")
        finally:
            session.remove()


@pytest.fixture(scope="module")
def chromium(chromium_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The browser, with the font wheel as its Chinese font where the system has none."""
    from playwright.sync_api import sync_playwright

    folder, spec = tmp_path_factory.mktemp("fonts"), find_spec("pylopdf_fonts_zh_cn")
    environment = dict(os.environ)
    if spec and spec.origin:
        (folder / "fonts.conf").write_text(FONTS.format(wheel=Path(spec.origin).parent, cache=folder / "cache"))
        environment["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=["--no-sandbox"], env=environment)
        yield browser
        browser.close()


@pytest.fixture
def visit(served: SimpleNamespace, chromium: Any) -> Iterator[Callable[..., Any]]:
    """visit("legal_staff", width=390): a signed-in page. Afterwards no dialog, no script error and no breach of the content policy may have come up."""
    contexts, faults = [], []

    def sign_in(role: str = "legal_staff", *, width: int = 1380, height: int = 900, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", base_url=served.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" and "status of 4" not in said.text else None)
        page.goto("/sign-in")
        page.fill("[name=email]", f"{role}@example.test")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{served.url}/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def contract(tmp_path: Path, served: SimpleNamespace) -> Path:
    """A contract of three pages as PDF; the sentence of interest stands on page 3."""
    from casefiles import runtime
    from forms.typeset import typeset

    pages = ["第一条 标的物：滚珠丝杠副。", "第二条 交货：出卖人负责运输。", "第九条 买受人逾期付款的，应按日万分之一点五支付违约金。"]
    source = '#set text(font: json("data.json").font)\n#for line in json("data.json").pages { page(line) }'
    file = tmp_path / "补充合同 XS-2024-0301.pdf"
    file.write_bytes(typeset(source, runtime.fonts(), {"pages": pages, "font": runtime.fonts().serif}))
    return file
