"""Imports go one way; settings, the clock and the commit each have one place.

The rooms and who may import whom are section 1 of the architecture. An import under `if TYPE_CHECKING:` is a word for the reader, not a
dependency, and is not counted; an import inside a function is counted like any other, but in `casefiles/__init__.py`, whose create_app
is the one place that puts the rooms together.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

GROUND = {"law", "db", "errors", "config", "steps"}
MIDDLE = {"rules", "models", "audit"}
ROOMS = {"search", "bundle", "readers", "policy"}
EDGE = {"web", "cli", "commands", "jobs"}  # none imports another, but the command line its groups
OUTSIDE = {"forms", "storage"}
SHARED = {"case_mapping", "case_rows", "deadline_rows", "entries", "work", "runtime"}  # what several verbs read or ask for, and no action of a user by itself
CARE = {"carrier", "schema"}  # queue and schema, for the edge only
VERB = "a verb"  # every other module of the package: one file a user action

MAY_IMPORT: dict[str, set[str]] = {
    "wsgi": {"casefiles", "config"},
    "casefiles": {"config", "errors"},
    **{edge: {"casefiles", "actor", VERB, *CARE, *SHARED, *ROOMS, *MIDDLE, *GROUND, *OUTSIDE} for edge in EDGE},
    "carrier": {"config", "errors"},
    "schema": {"db", "config", "errors"},
    "migrations": {"models", "db", "config"},
    VERB: {*SHARED, *ROOMS, *MIDDLE, *GROUND, *OUTSIDE},
    "actor": {"policy", "models"},  # reads the clock: for the edge only, a verb is told who acts and when
    "case_mapping": {"rules", "models", "db", "law", "errors"},
    "case_rows": {"case_mapping", "rules", "models", "db"},
    "deadline_rows": {"case_mapping", "rules", "models", "db", "law"},
    "entries": {"case_mapping", "work", "search", "policy", "models", "db", "law"},
    "work": {"models", "db"},
    "runtime": {"carrier", "work", "search", "law", "db", "config", "errors", "steps", *OUTSIDE},
    "search": MIDDLE | GROUND,
    "policy": MIDDLE | GROUND,
    "bundle": {"rules", "law", "errors", "forms"},  # plain values in and out: no models
    "readers": {"rules", "law", "errors"},
    "rules": {"law"},
    "models": {"db", "errors"},
    "audit": {"models", *GROUND},
    "law": set(),
    "db": {"errors", "config", "steps"},
    "config": {"errors"},
    "errors": set(),
    "steps": set(),
    "forms": set(),
    "storage": set(),
}
MAY_IMPORT["cli"].add("commands")
# Room -> the only modules beside the standard library that it may import.
ONLY_PACKAGES = {"rules": set(), "law": {"yaml"}}
WEB_FRAMEWORK = {"flask", "werkzeug", "wtforms", "flask_login", "flask_wtf", "flask_limiter", "flask_babel", "flask_bootstrap"}
NO_DATABASE = {"bundle", "readers", "forms", "storage"}

# An import that goes against the table for a reason: (file, imported) -> the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {}

SETTINGS_ARE_READ_IN = {"casefiles/config.py"}
CLOCK_IS_READ_IN = {
    "casefiles/actor.py": "web, cli and jobs ask it who acts and when",
    "storage/local.py": "compares a draft's age with the file system's own time stamps, which are no facts of a case",
}


def name_of(path: str) -> str:
    """casefiles/rules/fees.py -> casefiles.rules.fees"""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def room_of(module: str) -> str | None:
    """The row of a dotted name in the table; None for what is not ours."""
    top, *rest = module.split(".")
    if top != "casefiles":
        return top if top in OUTSIDE | {"wsgi"} else None
    if not rest:
        return "casefiles"
    return rest[0] if rest[0] in MAY_IMPORT else VERB


def one_verb(file: str, other: str) -> bool:
    """The files of one user action: a folder, or files of which one bears the other's name first (exchange.py, exchange_format.py)."""
    return file == other or file.startswith(f"{other}_") or other.startswith(f"{file}_")


def code_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run: everything but the body of `if TYPE_CHECKING:`."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for other in child.orelse:
                yield from [other, *code_nodes(other)]
            continue
        yield child
        yield from code_nodes(child)


def imported(node: ast.AST, path: str) -> Iterator[str]:
    """The dotted names that one node imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = name_of(path).split(".")
            parents = parts if path.endswith("/__init__.py") else parts[:-1]
            base = ".".join([*parents[: len(parents) - node.level + 1], *([base] if base else [])])
        # `from casefiles import db` imports casefiles.db, `from casefiles import create_app` the package: lower case without _ is a module
        yield from (base if base != "casefiles" or alias.name in {"create_app", "__version__"} else f"casefiles.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args and isinstance(node.args[0], ast.Constant):
        yield str(node.args[0].value)


def import_breaches(path: str, source: str) -> list[str]:
    """Every import of this file that the table does not allow, as sentences."""
    own = name_of(path)
    room = room_of(own)
    assert room is not None, path
    tree = ast.parse(source)
    put_together = {id(inner) for outer in ast.walk(tree) if path == "casefiles/__init__.py" and isinstance(outer, ast.FunctionDef) for inner in ast.walk(outer)}
    breaches = []
    for node in code_nodes(tree):
        for module in imported(node, path):
            if id(node) in put_together or (path, module) in EXCEPTIONS:
                continue
            place, target, package = f"{path}:{node.lineno}", room_of(module), module.split(".")[0]
            if target is not None:
                same = target == room and (room != VERB or one_verb(own.split(".")[1], module.split(".")[1]))
                if not same and target not in MAY_IMPORT[room]:
                    breaches.append(f"{place}: {room} may not import {module}")
            elif package in WEB_FRAMEWORK and room not in {"web", "casefiles"}:
                breaches.append(f"{place}: only web may import {package}")
            elif package == "sqlalchemy" and room in NO_DATABASE:
                breaches.append(f"{place}: {room} takes and gives plain values, no {package}")
            elif room in ONLY_PACKAGES and package not in sys.stdlib_module_names | ONLY_PACKAGES[room]:
                breaches.append(f"{place}: {room} may not import {package}")
    return breaches


def place_breaches(path: str, source: str) -> list[str]:
    """Settings read, clocks read and commits made elsewhere than in their one place."""
    tree = ast.parse(source)
    breaches = []
    saving = {
        id(inner)
        for outer in ast.walk(tree)
        if path == "casefiles/db.py" and isinstance(outer, ast.FunctionDef) and outer.name == "saving"
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        place = f"{path}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.ImportFrom) and node.module == "os" and path not in SETTINGS_ARE_READ_IN:
            breaches += [f"{place}: settings are read in config.py only" for alias in node.names if alias.name in {"environ", "getenv"}]
        if not isinstance(node, ast.Attribute):
            continue
        text = ast.unparse(node)
        if text in {"os.environ", "os.getenv", "os.environb"} and path not in SETTINGS_ARE_READ_IN:
            breaches.append(f"{place}: settings are read in config.py only")
        if path not in CLOCK_IS_READ_IN and (
            (node.attr in {"now", "utcnow", "today"} and text.split(".")[-2] in {"datetime", "date", "dt", "func"}) or text in {"time.time", "time.localtime"}
        ):
            breaches.append(f"{place}: {text}: today and now are arguments; the clock is read at the edge")
        if node.attr == "commit" and not path.startswith("casefiles/search/") and id(node) not in saving:  # a search engine has a commit of its own
            breaches.append(f"{place}: {text}: only saving() in db.py commits")
    return breaches


@pytest.fixture(scope="session")
def sources(texts: dict[str, str]) -> dict[str, str]:
    """Our own Python files but the tests: path -> text. The frozen history of migrations is left out."""
    ours = {path: text for path, text in texts.items() if path.endswith(".py") and room_of(name_of(path)) and "/migrations/versions/" not in path}
    assert "casefiles/__init__.py" in ours
    return ours


@pytest.mark.parametrize(
    ("path", "source", "breaks"),
    [
        pytest.param("casefiles/rules/fees.py", "from casefiles.law import load", False, id="a rule reads the law"),
        pytest.param("casefiles/rules/fees.py", "from casefiles import db", True, id="a rule reads the database"),
        pytest.param("casefiles/rules/fees.py", "from ..models import Case", True, id="a rule reads a model, relatively"),
        pytest.param("casefiles/rules/fees.py", "from .amounts import words", False, id="a rule uses a rule"),
        pytest.param("casefiles/rules/fees.py", "import yaml", True, id="a rule parses a file"),
        pytest.param("casefiles/rules/fees.py", "def f():\n    import flask", True, id="an import hidden in a function"),
        pytest.param("casefiles/rules/fees.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from casefiles.models import Case", False, id="for the type checker only"),
        pytest.param("casefiles/law/__init__.py", "import yaml", False, id="the law is YAML"),
        pytest.param("casefiles/law/__init__.py", "import sqlalchemy", True, id="the law has no database"),
        pytest.param("casefiles/intake.py", "from casefiles import policy, audit", False, id="a verb asks policy"),
        pytest.param("casefiles/intake.py", "from casefiles.assess import assess", True, id="a verb calls a verb"),
        pytest.param("casefiles/demo/clauses.py", "from casefiles.demo.figures import table", False, id="a verb of several files"),
        pytest.param("casefiles/exchange.py", "from casefiles import exchange_format", False, id="a verb in two files"),
        pytest.param("casefiles/intake.py", "from casefiles import case_mapping, work", False, id="a verb asks for work"),
        pytest.param("casefiles/intake.py", "from casefiles.actor import now", True, id="a verb reads the clock through the actor"),
        pytest.param("casefiles/intake.py", "from casefiles.web import access", True, id="a verb calls the web"),
        pytest.param("casefiles/intake.py", "from flask import g", True, id="a verb knows Flask"),
        pytest.param("casefiles/web/cases.py", "from flask import g\nfrom casefiles import intake", False, id="a view calls a verb"),
        pytest.param("casefiles/web/cases.py", "from casefiles import jobs", True, id="the web calls the worker"),
        pytest.param("casefiles/web/cases.py", "from casefiles.cli import main", True, id="the web calls the command line"),
        pytest.param("casefiles/cli.py", "from casefiles.commands import cases", False, id="the command line calls its groups"),
        pytest.param("casefiles/commands/cases.py", "from casefiles.web import cases", True, id="the command line calls the web"),
        pytest.param("casefiles/jobs.py", "import importlib\nimportlib.import_module('casefiles.web.cases')", True, id="an import by name"),
        pytest.param("casefiles/models/case.py", "from casefiles.policy import Actor", True, id="a model asks policy"),
        pytest.param("casefiles/bundle/plan.py", "from casefiles.models import Document", True, id="the bundle reads a model"),
        pytest.param("casefiles/readers/text.py", "import sqlalchemy", True, id="a reader reads the database"),
        pytest.param("forms/docx.py", "from casefiles.rules import amounts", True, id="a form knows the application"),
        pytest.param("storage/local.py", "import casefiles.errors", True, id="the store knows the application"),
        pytest.param("casefiles/__init__.py", "def create_app():\n    from casefiles.web import cases", False, id="the factory puts the rooms together"),
        pytest.param("casefiles/__init__.py", "import flask\nfrom casefiles.web import cases", True, id="the package loads the web when imported"),
    ],
)
def test_the_table_tells_right_from_wrong(path: str, source: str, breaks: bool) -> None:
    assert bool(import_breaches(path, source)) is breaks


@pytest.mark.parametrize(
    ("path", "source", "breaks"),
    [
        pytest.param("casefiles/config.py", "import os\nos.environ['A']", False, id="config reads settings"),
        pytest.param("storage/s3.py", "import os\nos.environ.get('A')", True, id="the store reads settings"),
        pytest.param("casefiles/cli.py", "from os import getenv", True, id="getenv by name"),
        pytest.param("casefiles/actor.py", "from datetime import datetime, UTC\ndatetime.now(UTC)", False, id="an actor is made"),
        pytest.param("casefiles/rules/limits.py", "from datetime import date\ndate.today()", True, id="a rule reads the clock"),
        pytest.param("casefiles/models/job.py", "import datetime\ncolumn(default=datetime.datetime.utcnow)", True, id="a column reads the clock"),
        pytest.param("casefiles/models/job.py", "column(server_default=func.now())", True, id="the database reads the clock"),
        pytest.param("casefiles/intake.py", "actor.now", False, id="told the time"),
        pytest.param("casefiles/db.py", "def saving():\n    session.commit()", False, id="saving commits"),
        pytest.param("casefiles/db.py", "def other():\n    session.commit()", True, id="another function of db commits"),
        pytest.param("casefiles/web/cases.py", "db.session.commit()", True, id="a view commits"),
        pytest.param("casefiles/search/tantivy.py", "writer.commit()", False, id="an index commits its own"),
    ],
)
def test_one_place_for_settings_clock_and_commit(path: str, source: str, breaks: bool) -> None:
    assert bool(place_breaches(path, source)) is breaks


def test_imports_go_one_way(sources: dict[str, str]) -> None:
    assert [breach for path, source in sources.items() for breach in import_breaches(path, source)] == []


def test_every_exception_is_still_needed(sources: dict[str, str]) -> None:
    unused = [
        (path, module)
        for path, module in EXCEPTIONS
        if path not in sources or module not in {name for node in code_nodes(ast.parse(sources[path])) for name in imported(node, path)}
    ]
    assert unused == []


def test_settings_clock_and_commit_stay_in_their_places(sources: dict[str, str]) -> None:
    assert [breach for path, source in sources.items() if "/migrations/" not in path for breach in place_breaches(path, source)] == []


LOAD = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name.removesuffix(".*"))
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + ".") if name.endswith(".*") else ():
        importlib.import_module(module.name)
print("\\n".join(sorted(sys.modules)))
"""


@pytest.mark.parametrize(
    ("names", "absent"),
    [
        pytest.param(["casefiles"], {"flask", "sqlalchemy"}, id="the package alone"),
        pytest.param(["casefiles.rules.*", "casefiles.law.*"], {"flask", "werkzeug", "sqlalchemy", "casefiles.db"}, id="rules and law"),
        pytest.param(["forms.*", "storage.*"], {"flask", "sqlalchemy", "casefiles"}, id="forms and storage"),
        pytest.param(["casefiles.bundle.*", "casefiles.readers.*"], {"flask", "sqlalchemy", "casefiles.models"}, id="bundle and readers"),
        pytest.param(["casefiles.models.*", "casefiles.policy", "casefiles.search.*"], {"flask"}, id="models, policy and search"),
    ],
)
def test_what_an_import_does_not_load(names: list[str], absent: set[str], top) -> None:
    done = subprocess.run([sys.executable, "-c", LOAD, *names], cwd=top, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) & absent == set()
