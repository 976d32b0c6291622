"""What one process works with: settings, store, search engine, fonts; opened once by start()."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from casefiles import carrier, db, steps, work
from casefiles.config import Config
from casefiles.errors import WrongSetting
from casefiles.law import LawError, use_company_rules, use_courts
from storage import Store, open_store

if TYPE_CHECKING:
    from huey import Huey

    from casefiles.search import Engine
    from forms.fonts import Fonts

OWN_RULES = "company.yaml"  # in the data folder: the company's own rules of escalation (law/company.yaml says which there are)
OWN_COURTS = "courts.yaml"  # in the data folder: what the courts of this instance accept (law/courts.yaml says which keys there are)


@dataclass
class Runtime:
    """The opened parts; engine and fonts are opened when first used, since not every command needs them."""

    settings: Config
    store: Store = field(init=False)
    queue: "Huey" = field(init=False)
    slow_queue: "Huey" = field(init=False)  # OCR and speech: minutes of work, one process at a time

    def __post_init__(self) -> None:
        self.store = open_store(self.settings.store, steps.reached)
        self.queue = carrier.open_queue(self.settings.queue)
        self.slow_queue = carrier.open_queue(self.settings.queue, "casefiles-slow")

    @cached_property
    def engine(self) -> "Engine":
        from casefiles.search import open_engine

        return open_engine(self.settings.search)

    @cached_property
    def fonts(self) -> "Fonts":
        from forms.fonts import find_fonts

        return find_fonts(self.settings.fonts)

    @property
    def conversions(self) -> Path:
        """Where PDFs made from office files are kept, by hash of their source."""
        folder = self.settings.data / "conversions"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


_running: list[Runtime] = []


def start(config: Config) -> Runtime:
    """Open the parts for this process, bind the database session, and say who carries jobs to the worker."""
    steps.crash_at(config.crash_at)
    try:
        use_company_rules(config.data / OWN_RULES)
        use_courts(config.data / OWN_COURTS)
    except LawError as error:
        raise WrongSetting(f"{error}. Correct the file or move it away; nothing was started.") from error
    db.connect(config.database_url)
    _running[:] = [Runtime(config)]
    db.deliver_jobs_to(carrier.sender(_running[0].queue, _running[0].slow_queue, work.SLOW))
    return _running[0]


def running() -> Runtime:
    """The parts of this process; IndexError before start(), on purpose."""
    return _running[0]


def config() -> Config:
    """The settings."""
    return running().settings


def store() -> Store:
    """The document store."""
    return running().store


def engine() -> "Engine":
    """The search engine."""
    return running().engine


def fonts() -> "Fonts":
    """The fonts for papers."""
    return running().fonts
