"""Templates hold no code that runs in the browser, no styles of their own and nothing from elsewhere: the content security policy forbids it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "embed": "src", "object": "data"}
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)


class Page(HTMLParser):
    """Collects what a page may not hold, as sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.breaches: list[str] = []
        self.within: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        self.within = tag
        if tag == "style":
            self.breaches.append(f"line {line}: <style>; styles stand in static/")
        for name, value in attrs:
            if name == "style":
                self.breaches.append(f"line {line}: style= on <{tag}>")
            elif name.startswith("on") and name[2:].isalpha():
                self.breaches.append(f"line {line}: {name}= on <{tag}>")
            elif re.match(r"\s*javascript:", value or "", re.IGNORECASE):
                self.breaches.append(f"line {line}: {name}=javascript: on <{tag}>")
            elif LOADED.get(tag) == name and re.match(r"\s*(https?:)?//", value or "", re.IGNORECASE):
                self.breaches.append(f"line {line}: <{tag}> loads {value}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.within = None

    def handle_endtag(self, tag: str) -> None:
        self.within = None

    def handle_data(self, data: str) -> None:
        if self.within == "script" and data.strip():
            self.breaches.append(f"line {self.getpos()[0]}: code inside <script>")


def page_breaches(source: str) -> list[str]:
    """What this template may not hold. Jinja's own marks are blanked first; the lines stay."""
    blank = re.sub(r"\{#.*?#\}|\{%.*?%\}", lambda mark: "\n" * mark[0].count("\n"), source, flags=re.DOTALL)
    blank = re.sub(r"\{\{.*?\}\}", lambda mark: "x" + "\n" * mark[0].count("\n"), blank, flags=re.DOTALL)
    page = Page()
    page.feed(blank)
    page.close()
    return page.breaches


def unescaped(source: str) -> list[str]:
    """Where stored text could become part of the page: `|safe` and `autoescape false`."""
    tree = ENVIRONMENT.parse(source)
    return [f"line {found.lineno}: |safe" for found in tree.find_all(nodes.Filter) if found.name == "safe"] + [
        f"line {found.lineno}: autoescape off" for found in tree.find_all(nodes.ScopedEvalContextModifier)
    ]


def unused_imports(source: str) -> list[str]:
    """Macros and files that this template imports and never names again."""
    tree = ENVIRONMENT.parse(source)
    brought = {name if isinstance(name, str) else name[1] for found in tree.find_all(nodes.FromImport) for name in found.names}
    brought |= {found.target for found in tree.find_all(nodes.Import)}
    return sorted(brought - {found.name for found in tree.find_all(nodes.Name)})


@pytest.fixture(scope="session")
def templates(texts: dict[str, str]) -> dict[str, str]:
    found = {path: text for path, text in texts.items() if path.startswith("templates/") and path.endswith((".html", ".jinja", ".j2", ".txt"))}
    assert found, "there is no template"
    return found


@pytest.mark.parametrize(
    ("source", "breaks"),
    [
        pytest.param("<script src=\"{{ url_for('static', filename='a.js') }}\" defer></script>", False, id="a script of ours"),
        pytest.param("<script>let a = 1</script>", True, id="code in the page"),
        pytest.param("<script>{{ bootstrap }}</script>", True, id="code put into the page"),
        pytest.param("<script src='https://example.com/a.js'></script>", True, id="a script from elsewhere"),
        pytest.param("<link rel=stylesheet href='//example.com/a.css'>", True, id="a style sheet from elsewhere"),
        pytest.param("<a href='https://example.com/'>the court</a>", False, id="a link is not an asset"),
        pytest.param("<p style='color: red'>x</p>", True, id="a style attribute"),
        pytest.param("<style>p {}</style>", True, id="a style element"),
        pytest.param("<button onclick='go()'>x</button>", True, id="a handler"),
        pytest.param("<a href='javascript:go()'>x</a>", True, id="a script address"),
        pytest.param("<p>{# <p style='x'> #}{{ '<b style=x>' }} one=two</p>", False, id="Jinja's own words"),
        pytest.param('<div {% if a %}style="x"{% endif %}>', True, id="a style attribute behind a condition"),
    ],
)
def test_the_reader_tells_right_from_wrong(source: str, breaks: bool) -> None:
    assert bool(page_breaches(source)) is breaks


def test_the_reader_sees_unescaped_text_and_unused_macros() -> None:
    assert unescaped("{{ a }}") == []
    assert len(unescaped("{{ a|safe }}{% autoescape false %}{{ b }}{% endautoescape %}")) == 2
    assert unused_imports("{% from 'm.html' import a, b as c, d %}{{ a() }}{{ c() }}{% import 'n.html' as n %}") == ["d", "n"]


def test_pages_hold_no_code_no_styles_and_nothing_from_elsewhere(templates: dict[str, str]) -> None:
    assert {path: breaches for path, text in templates.items() if (breaches := page_breaches(text))} == {}


def test_stored_text_is_always_escaped(templates: dict[str, str]) -> None:
    assert {path: breaches for path, text in templates.items() if (breaches := unescaped(text))} == {}


def test_templates_use_what_they_import(templates: dict[str, str]) -> None:
    assert {path: names for path, text in templates.items() if (names := unused_imports(text))} == {}


def test_templates_name_templates_that_exist(templates: dict[str, str], top: Path) -> None:
    missing = {}
    for path, text in templates.items():
        found = ENVIRONMENT.parse(text).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport))
        named = {node.template.value for node in found if isinstance(node.template, nodes.Const)}
        # Bootstrap-Flask brings its own, under bootstrap5/ and base/
        absent = {name for name in named if not (top / "templates" / name).is_file() and not name.startswith(("bootstrap", "base/"))}
        if absent:
            missing[path] = absent
    assert missing == {}


def test_style_sheets_load_nothing_from_elsewhere(texts: dict[str, str]) -> None:
    elsewhere = re.compile(r"@import|url\(\s*['\"]?\s*(https?:)?//", re.IGNORECASE)
    assert [path for path, text in texts.items() if path.endswith(".css") and elsewhere.search(text)] == []
