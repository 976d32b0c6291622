"""casefiles run, worker, demo: the embedded instance, its worker, and the example cases to try it with."""

import gc
import os
import secrets
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import yaml
from sqlalchemy import select

from casefiles import assess, exchange, people, runtime
from casefiles.actor import today
from casefiles.commands import acting, guarded, tell
from casefiles.config import TOP, Config
from casefiles.db import saving, session
from casefiles.models import Case, Person, Role

DEMO_PEOPLE = (
    ("legal@example.test", "林法务", Role.LEGAL_STAFF, "法务部"),
    ("manager@example.test", "周经理", Role.LEGAL_MANAGER, "法务部"),
    ("lawyer@example.test", "赵律师", Role.EXTERNAL_LAWYER, "外部律师"),
    ("collector@example.test", "陈经办", Role.COLLECTOR, "清收部"),
    ("finance@example.test", "钱会计", Role.FINANCE, "财务部"),
    ("auditor@example.test", "孙审计", Role.AUDITOR, "审计部"),
    ("admin@example.test", "吴管理", Role.ADMIN, "信息部"),
)
DEMO_GRANTS = {"lawyer@example.test": ("EX-A-COMPLETE",), "collector@example.test": ("EX-A-COMPLETE", "EX-B-FIVE-DEFECTS")}
GRANT_DAYS = 180


@click.command("run")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@guarded
def run(host: str, port: int) -> None:
    """Serve the web pages with one worker beside them; Ctrl-C ends both."""
    from waitress import serve

    from casefiles import create_app

    config = runtime.config()
    app = create_app(config)
    ending = threading.Event()
    keeper = threading.Thread(target=_keep_a_worker, args=(config, ending))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    keeper.start()
    click.echo(f"casefiles is ready at http://{host}:{port}/")
    _tell_names(config)
    try:
        gc.collect()
        gc.freeze()  # what the program itself is made of is not looked through again, in the midst of an answer
        serve(app, host=host, port=port, threads=8, max_request_body_size=config.max_upload_mb << 20, ident="casefiles", channel_timeout=120)
    finally:
        ending.set()
        keeper.join()


def _keep_a_worker(config: Config, ending: threading.Event) -> None:
    """Have one worker process at all times: one that dies is followed by another, and the log says so."""
    while not ending.is_set():
        worker = subprocess.Popen([sys.executable, "-m", "casefiles.jobs"], env=config.child_environment())
        while worker.poll() is None and not ending.wait(0.5):
            pass
        if ending.is_set():
            worker.terminate()
            worker.wait(20)
        else:
            tell(f"the worker ended by itself (exit code {worker.returncode}); another one is started")
            ending.wait(2)


@click.command("worker")
@guarded
def worker() -> None:
    """The worker alone."""
    os.execv(sys.executable, [sys.executable, "-m", "casefiles.jobs"])  # noqa: S606 - this very program, no shell wanted


@click.command("demo")
@guarded
def demo() -> None:
    """Load the four example cases with documents made for them, and one person per role; safe to repeat."""
    from casefiles.demo import write_case_folder

    config, actor = runtime.config(), acting(None)
    _demo_people(config)
    for example in sorted((TOP / "casefiles" / "law" / "examples").glob("*.yaml")):
        case = yaml.safe_load(example.read_text(encoding="utf-8"))
        if exchange.known(case["case_id"]):
            continue
        with TemporaryDirectory(prefix="casefiles-demo-") as folder:
            case_file = exchange.read(write_case_folder(case, Path(folder), runtime.fonts()))
            kept = exchange.keep_files(case_file, runtime.store())
            with saving():
                entered = exchange.enter(actor, case_file, kept)
                assess.refresh(entered, today())
        click.echo(f"loaded {case['case_id']} with {len(kept)} files")
    _demo_grants()
    _tell_sign_in(config)


def _demo_people(config: Config) -> None:
    passwords = []
    for email, name, role, department in DEMO_PEOPLE:
        if session.scalar(select(Person.id).where(Person.email == email)) is None:
            password = secrets.token_urlsafe(12)
            with saving():
                people.add_person(acting(None), email, name, role, department, password)
            passwords.append(f"{email}  {password}  {role.value}  {name}\n")
    if passwords:
        handle = os.open(_password_file(config), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.writelines(passwords)


def _demo_grants() -> None:
    actor = acting(None)
    with saving():
        for email, case_ids in DEMO_GRANTS.items():
            person = people.person_by(email)
            for case_id in case_ids:
                case = session.get_one(Case, case_id)
                if not any(g.person_id == person.id and g.ends_on >= actor.today for g in people.grants_of(case)):
                    people.grant(actor, case, person, actor.today, actor.today + timedelta(days=GRANT_DAYS))


def _password_file(config: Config) -> Path:
    return config.data / "demo-passwords.txt"


def _tell_names(config: Config) -> None:
    """Who may sign in to the demo; their passwords stand in the file, and `casefiles demo` has shown them."""
    file = _password_file(config)
    if file.is_file():
        names = [line.split()[0] for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        click.echo(f"Sign in as: {', '.join(names)}; passwords are in {file}")


def _tell_sign_in(config: Config) -> None:
    file = _password_file(config)
    if file.is_file():
        click.echo(f"Sign in with one of these (kept in {file}):\n{file.read_text(encoding='utf-8').rstrip()}")
