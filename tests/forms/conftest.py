"""The two example cases as the forms get them, and readers that take a rendered paper apart again."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx as word
import pypdfium2
import pytest
import yaml

from forms.docx import docx
from forms.fonts import Fonts, find_fonts
from forms.form import Form, Section
from forms.pdf import pdf

HERE = Path(__file__).parent
# what an unfilled paper shows: None, {field}, ____, XX, ××, TODO, nan, <...>
PLACEHOLDER = re.compile(r"None|\{[^}]*\}|_{2,}|[XxＸ×]{2,}|TODO|待填|待补|nan(?![a-z])|undefined|Decimal\(|\[\]|（）|：；|：。")
SPACE = re.compile(r"[\s\u200b]+")


def _example(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    case = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    check = case.pop("expected")
    check.setdefault("damages", check.get("damages_on_correct_balance"))  # example B names its damages so
    return case, check


@pytest.fixture
def case_a() -> dict[str, Any]:
    return _example("case-a.yaml")[0]


@pytest.fixture
def check_a() -> dict[str, Any]:
    return _example("case-a.yaml")[1]


@pytest.fixture
def case_b() -> dict[str, Any]:
    return _example("case-b.yaml")[0]


@pytest.fixture
def check_b() -> dict[str, Any]:
    return _example("case-b.yaml")[1]


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return find_fonts()


@pytest.fixture
def placeholder() -> re.Pattern[str]:
    return PLACEHOLDER


@pytest.fixture(name="tight")
def _tight() -> Callable[[str], str]:
    return tight


def tight(text: str) -> str:
    """Without spaces and line breaks, which a renderer may set as it likes; both empty boxes alike."""
    return SPACE.sub("", text).replace("☐", "□")


def pdf_text(content: bytes, form: Form) -> str:
    """The text of all pages; a section title that repeats at the head of a page is taken away, as it interrupts a sentence."""
    titles = [tight(part.title) for part in form.parts if isinstance(part, Section)]
    pages = []
    with pypdfium2.PdfDocument(content) as document:
        for number, page in enumerate(document):
            text = tight(page.get_textpage().get_text_range())
            repeated = next((title for title in titles if number and text.startswith(title)), "")
            pages.append(text.removeprefix(repeated))
    return "".join(pages)


def docx_text(content: bytes) -> str:
    """Every paragraph of the body, of tables and of tables in tables, in the order of the file."""
    document = word.Document(io.BytesIO(content))
    return tight("".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t")))


@pytest.fixture(scope="session")
def rendered(fonts: Fonts):
    """Both renderings of a form as text: {"pdf": ..., "docx": ...}."""

    def render(form: Form) -> dict[str, str]:
        return {"pdf": pdf_text(pdf(form, fonts), form), "docx": docx_text(docx(form))}

    return render


@pytest.fixture
def groups() -> list[dict[str, Any]]:
    """Three groups of exhibits, enough rows for two pages."""
    row = {"source_form": "被告签收\n书证", "purpose": "货物由合同指定收货人签收并盖章", "copies": 2, "original": "原件", "remarks": ""}
    return [
        {"title": "第一组", "purpose": "证明原、被告主体资格适格", "rows": [row | {"seq": 1, "name": "营业执照", "pages": "1-1", "original": "复印件"}]},
        {"title": "第二组", "purpose": "证明合同关系成立", "rows": [row | {"seq": 2, "name": "设备配件买卖合同（XS-2024-0301）", "pages": "2-9"}]},
        {
            "title": "第三组",
            "purpose": "证明原告已交付货物",
            "rows": [row | {"seq": number, "name": f"送货单 SH-{number:02}", "pages": f"{number + 7}-{number + 7}"} for number in range(3, 43)],
        },
    ]
