"""Labels, money, days; every text of the pages has its Chinese."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from casefiles.config import TOP
from casefiles.errors import CasefilesError
from casefiles.law import load_law
from casefiles.models import PacketState, PartyRole, Role, State, TextStatus
from casefiles.web import words

CATALOGUE = TOP / "casefiles" / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def texts() -> set[str]:
    found = set()
    for folder, method in ((TOP / "casefiles" / "web", "python"), (TOP / "templates", "jinja2")):
        pattern = "**.py" if method == "python" else "**.html"
        for _file, _line, message, _comments, _context in extract_from_dir(str(folder), [(pattern, method)], {pattern: {"trimmed": "true"}}, KEYWORDS):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def test_every_text_of_the_pages_has_its_chinese():
    with CATALOGUE.open("rb") as file:
        known = {(m.id[0] if isinstance(m.id, tuple) else m.id) for m in read_po(file, locale="zh_Hans") if m.string and all(m.string)}
    assert sorted(texts() - known) == []


def test_a_translation_keeps_the_places_for_figures():
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="zh_Hans"):
            if not message.id:
                continue
            first = message.id if isinstance(message.id, str) else message.id[1]
            other = message.string if isinstance(message.string, str) else message.string[0]
            assert set(re.findall(r"%\(\w+\)s", other)) == set(re.findall(r"%\(\w+\)s", first)), first


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("1234567.89", "¥1,234,567.89"), (Decimal(0), "¥0.00"), (Decimal("-12.5"), "-¥12.50"), (None, "—"), ("", "—"), ("999999999999999.99", "¥999,999,999,999,999.99")],
)
def test_money(amount, shown):
    assert words.money(amount) == shown


@pytest.mark.parametrize(("day", "shown"), [(date(2026, 3, 15), "2026-03-15"), ("2026-03-15", "2026-03-15"), (None, "—")])
def test_days(day, shown):
    assert words.iso(day) == shown


def test_an_instant_is_shown_in_shanghai():
    assert words.instant(datetime(2026, 3, 15, 20, 30, tzinfo=UTC)) == "2026-03-16 04:30"


@pytest.mark.parametrize(("count", "shown"), [(2**20 * 3, "3.0 MB"), (1536, "1.5 KB"), (None, "—"), (2**31, "2.0 GB")])
def test_sizes(count, shown):
    assert words.size(count) == shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_id_has_a_label_in_both_languages(app, language):
    law = load_law()
    with app.test_request_context("/", headers={"Accept-Language": language}):
        labels = {
            **{role: words.role_label(role) for role in Role}, **{state: words.state_label(state) for state in State},
            **{kind: words.packet_label(kind) for kind in law.packet_names}, **{e: words.element_label(e) for e in law.elements},
            **{status: words.text_status_label(status) for status in TextStatus}, **{role: words.party_label(role) for role in PartyRole},
            **{state: words.packet_state_label(state) for state in PacketState}, **{kind: words.dispute_label(kind) for kind in law.dispute_types},
        }  # fmt: skip
        assert [key for key, label in labels.items() if not label or "_" in label] == []
        chinese = [label for label in labels.values() if re.search("[一-鿿]", label)]
        assert (len(chinese) == len(labels)) if language == "zh" else (chinese == [])


@pytest.mark.parametrize(("language", "said"), [("zh", "不行"), ("en", "It cannot be done")])
def test_an_error_speaks_the_language_of_the_page(app, language, said):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert words.in_words(CasefilesError("It cannot be done", "不行")) == said


@pytest.mark.parametrize(
    ("mode", "zh"),
    [
        ("agreed daily rate", "约定日利率"), ("fixed_at_breach LPR x 1.5, year basis 365", "违约时一年期 LPR × 1.5，年基数 365 天"),
        ("floating LPR x 1.3, year basis 360", "浮动 LPR × 1.3，年基数 360 天"), ("something new", "something new"), (None, ""),
    ],
)  # fmt: skip
def test_the_mode_of_damages_in_words(app, mode, zh):
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        assert words.mode_label(mode) == zh


def test_compiled_catalogues_are_made_anew_when_the_text_is_newer(tmp_path: Path):
    from casefiles.web.catalogue import compiled

    source = tmp_path / "po" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Language: zh_Hans\\n"\n\nmsgid "Cases"\nmsgstr "案件"\n', encoding="utf-8")
    target = compiled(tmp_path / "po", tmp_path / "mo") / "zh_Hans" / "LC_MESSAGES" / "messages.mo"
    first = target.read_bytes()
    source.write_text(source.read_text(encoding="utf-8").replace("案件", "案卷"), encoding="utf-8")
    compiled(tmp_path / "po", tmp_path / "mo")
    assert target.read_bytes() != first
    assert [file.name for file in target.parent.iterdir()] == ["messages.mo"]
