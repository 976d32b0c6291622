"""The settings of one instance: read once from the environment, frozen, passed in. No other module reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from casefiles.errors import WrongSetting

TOP = Path(__file__).resolve().parent.parent
EXAMPLE_SECRETS = frozenset({"dev", "secret", "changeme", "change-me", "example", "please-change-me", "not-a-secret"})
SHORTEST_SECRET = 32
KNOWN = frozenset(
    f"CASEFILES_{name}"
    for name in (
        "DATA",
        "STORE",
        "SEARCH",
        "QUEUE",
        "SECRET_KEY",
        "FONTS",
        "ASR_MODEL",
        "TSA_URL",
        "SMTP_URL",
        "MAX_UPLOAD_MB",
        "S3_ENDPOINT",
        "HTTPS",
        "CRASH_AT",
    )
)


@dataclass(frozen=True)
class Config:
    """Everything an instance is told from outside. Tests build one directly."""

    data: Path  # CASEFILES_DATA: the folder of everything embedded
    database_url: str  # DATABASE_URL
    store: str  # CASEFILES_STORE: local:PATH
    search: str  # CASEFILES_SEARCH: tantivy:PATH
    queue: str  # CASEFILES_QUEUE: sqlite:PATH
    secret_key: str  # CASEFILES_SECRET_KEY: made and kept in the data folder when absent
    max_upload_mb: int = 2_200  # CASEFILES_MAX_UPLOAD_MB: a 2 GB recording and its envelope
    https: bool = False  # CASEFILES_HTTPS=1: cookies are sent over TLS only
    fonts: str | None = None  # CASEFILES_FONTS: a folder with CJK fonts
    crash_at: str | None = None  # CASEFILES_CRASH_AT: tests only, the named step at which the process kills itself
    sign_in_limit: str = "10 per minute; 60 per hour"  # per address and per e-mail

    @classmethod
    def embedded(cls, data: Path, secret_key: str, **changes: object) -> "Config":
        """Everything below one folder, as `make run` and the tests use it."""
        config = cls(
            data=data,
            database_url=f"sqlite:///{data / 'casefiles.sqlite'}",
            store=f"local:{data / 'store'}",
            search=f"tantivy:{data / 'index'}",
            queue=f"sqlite:{data / 'queue.sqlite'}",
            secret_key=secret_key,
        )
        return replace(config, **changes)  # type: ignore[arg-type]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read the settings; WrongSetting says in a sentence which one is unknown or wrong."""
        environ = os.environ if environ is None else environ
        unknown = sorted(name for name in environ if name.startswith("CASEFILES_") and name not in KNOWN)
        if unknown:
            raise WrongSetting(f"{unknown[0]} is not a setting of casefiles. Known settings: {', '.join(sorted(KNOWN - {'CASEFILES_CRASH_AT'}))}.")
        data = Path(environ.get("CASEFILES_DATA") or TOP / "instance").resolve()
        later = {"CASEFILES_ASR_MODEL": "speech", "CASEFILES_TSA_URL": "time stamps", "CASEFILES_SMTP_URL": "e-mail", "CASEFILES_S3_ENDPOINT": "object storage"}
        for name, what in later.items():
            if environ.get(name):
                raise WrongSetting(f"{name} is set, but {what} is not part of this version; unset it.")
        base = cls.embedded(data, secret_key="")
        return replace(
            base,
            database_url=environ.get("DATABASE_URL") or base.database_url,
            store=_one_of("CASEFILES_STORE", environ.get("CASEFILES_STORE") or base.store, "local:"),
            search=_one_of("CASEFILES_SEARCH", environ.get("CASEFILES_SEARCH") or base.search, "tantivy:"),
            queue=_one_of("CASEFILES_QUEUE", environ.get("CASEFILES_QUEUE") or base.queue, "sqlite:"),
            secret_key=_secret(environ.get("CASEFILES_SECRET_KEY"), data),
            max_upload_mb=_positive("CASEFILES_MAX_UPLOAD_MB", environ.get("CASEFILES_MAX_UPLOAD_MB"), base.max_upload_mb),
            https=environ.get("CASEFILES_HTTPS") == "1",
            fonts=environ.get("CASEFILES_FONTS") or None,
            crash_at=environ.get("CASEFILES_CRASH_AT") or None,
        )

    def child_environment(self) -> dict[str, str]:
        """The environment that makes a child process read these same settings."""
        return os.environ | {
            "CASEFILES_DATA": str(self.data),
            "DATABASE_URL": self.database_url,
            "CASEFILES_STORE": self.store,
            "CASEFILES_SEARCH": self.search,
            "CASEFILES_QUEUE": self.queue,
        }


def _one_of(name: str, value: str, prefix: str) -> str:
    if not value.startswith(prefix) or len(value) == len(prefix):
        raise WrongSetting(f"{name} is {value!r}; this version knows '{prefix}PATH'.")
    return value


def _positive(name: str, value: str | None, default: int) -> int:
    if not value:
        return default
    if not value.isdecimal() or int(value) < 1:
        raise WrongSetting(f"{name} is {value!r}; it must be a whole number above 0.")
    return int(value)


def _secret(value: str | None, data: Path) -> str:
    """The given key, or one made once and kept in the data folder, readable by its owner only."""
    if value is not None:
        if value.lower() in EXAMPLE_SECRETS or len(value) < SHORTEST_SECRET:
            raise WrongSetting(
                f"CASEFILES_SECRET_KEY is an example value or shorter than {SHORTEST_SECRET} characters; unset it and one is made, or give a random one."
            )
        return value
    kept = data / "secret-key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = kept.read_text().strip()
        if len(key) < SHORTEST_SECRET:
            raise WrongSetting(f"{kept} does not hold a key; remove it and start again (everybody has to sign in anew).") from None
        return key
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return kept.read_text().strip()
