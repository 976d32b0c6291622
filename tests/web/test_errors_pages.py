"""Which number and page an error gets, what is recorded, and what the answers' headers say."""

from __future__ import annotations

import errno

import pytest
from sqlalchemy.exc import OperationalError

from casefiles.errors import CaseSealed, ChainBroken, Conflict, NotAllowed, NotUsable, NotVisible, StoreUnavailable
from storage import NoRoom, NotStored

BROKEN = ChainBroken({"case": "DC-1", "findings": [{"severity": "blocking", "title_zh": "缺", "title_en": "The contract is lacking"}]})


@pytest.fixture
def failing(app, signed_in):
    """failing(error): what a person sees when a view raises it."""

    def ask(error, role="legal_manager", **headers):
        def view():
            raise error

        app.view_functions["home.index"] = view
        return signed_in(role).get("/", headers=headers)

    return ask


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        pytest.param(NotVisible("DC-9"), 404, "not yours to see", id="hidden"),
        pytest.param(NotAllowed("collector", "packet.create"), 403, "Ask the legal manager", id="forbidden says whom to ask"),
        pytest.param(NotUsable("The file is empty; nothing was kept."), 409, "The file is empty", id="not usable"),
        pytest.param(CaseSealed("DC-1"), 409, "archived and read-only", id="sealed"),
        pytest.param(BROKEN, 409, "The contract is lacking", id="blocked lists the findings"),
        pytest.param(Conflict("DC-1"), 409, "Someone changed DC-1", id="somebody saved first"),
        pytest.param(StoreUnavailable("no bytes"), 503, "no bytes", id="store"),
        pytest.param(NotStored("ab"), 503, "cannot be read or are damaged", id="damaged bytes"),
        pytest.param(NoRoom("full"), 507, "disk is full", id="no room"),
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), 507, "disk is full", id="disk full under the database"),
        pytest.param(OperationalError("x", {}, Exception("database is locked")), 503, "database is busy", id="database busy"),
        pytest.param(ZeroDivisionError("secret detail"), 500, "Tell the administrator this number", id="a fault of ours"),
        pytest.param(OSError("secret detail"), 500, "Tell the administrator this number", id="another system error"),
    ],
)
def test_every_error_has_its_number_and_words(failing, error, status, says):
    page = failing(error)
    assert page.status_code == status
    assert says in page.text
    assert "Traceback" not in page.text
    assert "secret detail" not in page.text


def test_asked_for_json_the_same_words_come_as_json(failing):
    assert "archived" in failing(CaseSealed("DC-1"), Accept="application/json").json["error"]


def test_refusals_are_recorded(failing, log_of):
    failing(NotAllowed("collector", "packet.create"))
    assert log_of()[-1] == ("refused", "GET /")


def test_a_fault_of_ours_is_found_in_the_log_by_its_number(failing, caplog):
    page = failing(ZeroDivisionError("secret detail")).text
    number = next(word for word in page.replace("<", " ").split() if len(word) == 8 and all(c in "0123456789abcdef" for c in word))
    assert f"fault {number}" in caplog.text
    assert "secret detail" in caplog.text


def test_the_error_page_needs_no_database(app, signed_in, monkeypatch):
    from casefiles.web import access

    client = signed_in("legal_manager")

    def away(*_args):
        raise OperationalError("select", {}, Exception("connection refused"))

    monkeypatch.setattr(access.session, "get", away)
    page = client.get("/")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"


@pytest.mark.parametrize("path", ["/sign-in", "/static/casefiles.css", "/no-such-page", "/health"])
def test_every_answer_forbids_foreign_content_and_guessing(app, path):
    headers = app.test_client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_kept_by_no_browser(app, signed_in):
    assert signed_in("legal_manager").get("/").headers["Cache-Control"] == "no-store"


def test_an_upload_above_the_limit_is_refused_before_it_is_read(app, signed_in, make_case):
    case = make_case()
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = signed_in("legal_manager").post(f"/cases/{case.case_id}/notes", data={"text": "x" * 5000})
    assert answer.status_code == 413
    assert "larger than this instance takes" in answer.text
