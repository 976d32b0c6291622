"""Case files for the legal escalation of bad debts: evidence chain, court packets, scoped search.

`create_app` reads as a table of contents. It imports inside, so that importing a rule never loads Flask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from casefiles.config import Config


def create_app(config: Config) -> Flask:
    """The web application of one instance; the same settings serve the worker and the command line."""
    from flask import Flask
    from jinja2 import StrictUndefined

    from casefiles import runtime
    from casefiles.config import TOP
    from casefiles.web import (
        access,
        audit,
        calculators,
        calendar,
        cases,
        collection,
        deadlines,
        documents,
        errors,
        facts,
        headers,
        home,
        interruptions,
        law,
        manage,
        new_case,
        packets,
        papers,
        people,
        search,
        stage,
        words,
    )

    app = Flask(__name__, template_folder=str(TOP / "templates"))
    app.config.update(CASEFILES=config, SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=config.max_upload_mb * 2**20)
    app.jinja_env.undefined = StrictUndefined  # a misspelt variable in a page is an error
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["casefiles"] = runtime.start(config)
    for part in (errors, words, access, headers):
        part.init_app(app, config)
    for view in (
        access, home, cases, manage, collection, stage, deadlines, calendar, documents, packets, search, people, audit, calculators, law, facts, new_case,
        interruptions, papers,
    ):  # fmt: skip
        app.register_blueprint(view.blueprint)
    return app
