"""Sign-in: who asks. Everything but sign-in, the language switch, static files and health needs it.

A session carries person id and epoch; a new password, role or disabling raises the epoch, so does signing out, and every older session ends at once.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import Babel
from flask_babel import gettext as _
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import select

from casefiles import audit, people, supplements
from casefiles.actor import actor_of, now
from casefiles.db import saving, session
from casefiles.models import AuditEntry, Case, Person
from casefiles.policy import Action, Actor, case_for
from casefiles.web import catalogue

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from casefiles.config import Config

blueprint = Blueprint("access", __name__)
OPEN = frozenset({"static", "bootstrap.static", "access.sign_in", "access.send_sign_in", "access.language", "access.health", "calendar.feed"})
IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
LANGUAGES = {"zh": "zh_Hans", "en": "en"}
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")  # one web process an instance: its memory is everybody's


class SignedIn(UserMixin):
    """What Flask-Login keeps: person and epoch in one id."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.id}:{self.person.epoch}"


def load(user_id: str) -> SignedIn | None:
    """The person of a session, unless disabled or of an older epoch, or the session is past its longest life."""
    number, _colon, epoch = user_id.partition(":")
    person = session.get(Person, int(number)) if number.isdecimal() else None
    if person is None or not person.active or str(person.epoch) != epoch:
        return None
    if now().timestamp() - float(cookie.get("since", 0)) > LONGEST.total_seconds():
        return None
    return SignedIn(person)


def insist() -> ResponseReturnValue | None:
    """Before every request: nobody comes in without a sign-in; g.actor is made anew."""
    if request.endpoint in {"static", "bootstrap.static", "access.health", "calendar.feed"}:
        return None
    if current_user.is_authenticated:
        g.actor = actor_of(current_user.person, get_remote_address())
        supplements.refresh_law()
        return None
    if request.endpoint in OPEN:
        return None
    if request.method == "GET" and request.accept_mimetypes.best_match(["text/html", "application/json"]) != "application/json":
        return redirect(url_for("access.sign_in", next=request.full_path.rstrip("?") if request.path != "/" else None))
    return render_template("errors/plain.html", words=_("You are signed out. Nothing was changed. Sign in and try again."), code=401), 401


def opened(case_id: str, action: Action = Action.READ_EVIDENCE, event: str = "open", what: str = "case") -> Case:
    """A case the actor may read, with the reading written into the audit log."""
    with saving():
        case = case_for(g.actor, action, case_id)
        audit.record(g.actor, event, what, case_id=case.case_id)
    return case


def local(path: str | None) -> str:
    """`path` if it leads to a page of ours, else the home page. Browsers read \\ as / and drop control characters: both are refused."""
    if not path or len(path) > 2000 or not path.startswith("/") or path.startswith("//") or any(c == "\\" or c < " " or c == "\x7f" for c in path):
        return url_for("home.index")
    parts = urlsplit(path)
    return url_for("home.index") if parts.scheme or parts.netloc else path


def email() -> str:
    """The address somebody tries to sign in with, as it is looked up."""
    return request.form.get("email", "").strip().lower()[:200]


def email_key() -> str:
    """One count an address tried. From where this person has signed in before, an own count: strangers cannot lock people out."""
    known = select(AuditEntry.id).join(Person, Person.id == AuditEntry.person_id).where(
        Person.email == email(), AuditEntry.event == "login", AuditEntry.address == get_remote_address()
    )
    return f"{email()} {get_remote_address() if session.scalar(known.limit(1)) else ''}"


def limit() -> str:
    """Tries that count, from the settings."""
    config: Config = current_app.config["CASEFILES"]
    return config.sign_in_limit


def failed(response: object) -> bool:
    """Only failed tries count."""
    return getattr(response, "status_code", 0) != 302


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(local(request.args.get("next")))
    return render_template("access/sign_in.html", failed=False, email="", next=request.args.get("next", ""))


@blueprint.post("/sign-in")
@limiter.limit(limit, deduct_when=failed)
@limiter.limit(limit, key_func=email_key, deduct_when=failed)
def send_sign_in() -> ResponseReturnValue:
    person = people.check_password(email(), request.form.get("password", "")[:1000])
    if person is None:
        with saving():
            audit.record(stranger(), "refused", "sign-in", email=email())
        return render_template("access/sign_in.html", failed=True, email=email(), next=request.form.get("next", "")), 422
    chosen = cookie.get("language")
    cookie.clear()  # nothing of the time before sign-in lives on
    cookie.permanent = True
    cookie["since"] = now().timestamp()
    with saving():
        person = session.get_one(Person, person.id)
        person.language = person.language or chosen
        audit.record(actor_of(person, get_remote_address()), "login", "sign-in")
    login_user(SignedIn(person))
    return redirect(local(request.form.get("next")))


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    with saving():
        session.get_one(Person, g.actor.person_id).epoch += 1  # a copied cookie is worth nothing from now on
        audit.record(g.actor, "logout", "sign-out")
    logout_user()
    cookie.clear()
    flash(_("You are signed out everywhere."), "ok")
    return redirect(url_for("access.sign_in"))


@blueprint.post("/language")
def language() -> ResponseReturnValue:
    """Switch between Chinese and English; remembered with the person, before sign-in in the session."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        cookie["language"] = chosen
        actor = g.get("actor")
        if actor is not None:
            with saving():
                session.get_one(Person, actor.person_id).language = chosen
    back = urlsplit(request.referrer or "")
    return redirect(local(back.path + (f"?{back.query}" if back.query else "")) if back.netloc == request.host else url_for("home.index"))


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """For the process that watches this one: says that it lives, nothing more."""
    return {"status": "ok"}


def stranger() -> Actor:
    """Who is not signed in yet, for the audit log."""
    return Actor(person_id=None, name="-", role="-", department="", now=now(), today=now().date(), address=get_remote_address())  # type: ignore[arg-type]


def choose_locale() -> str:
    """The person's own choice, then the session's, then the browser's; Chinese where nothing is said."""
    actor = g.get("actor")
    chosen = (actor.language if actor else None) or cookie.get("language")
    if chosen not in LANGUAGES:
        chosen = "en" if (request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en"], default="zh") or "zh") == "en" else "zh"
    return LANGUAGES[chosen]


def forget(_error: BaseException | None) -> None:
    """The database session ends with the request."""
    session.remove()


def init_app(app: Flask, config: Config) -> None:
    """Order matters: who asks comes before the form check, so that a stranger's upload is not read."""
    app.config.update(
        SESSION_COOKIE_NAME="casefiles", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=config.https,
        PERMANENT_SESSION_LIFETIME=IDLE, WTF_CSRF_TIME_LIMIT=None, BOOTSTRAP_SERVE_LOCAL=True, RATELIMIT_HEADERS_ENABLED=False,
    )
    people.nobody()  # now, so that the first unknown name costs as much time as every later one
    manager = LoginManager(app, add_context_processor=False)  # pages ask g.actor: an error page must not load a person again
    manager.user_loader(load)
    app.before_request(insist)
    CSRFProtect(app)
    limiter.init_app(app)
    Bootstrap5(app)
    Babel(
        app, default_locale="zh_Hans", default_timezone="Asia/Shanghai", locale_selector=choose_locale,
        default_translation_directories=str(catalogue.compiled(Path(app.root_path) / "translations", config.data / "translations")),
    )
    app.teardown_appcontext(forget)
