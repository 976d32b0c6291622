"""The settings of one instance: read once from the environment, frozen, passed in. No other module reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

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
        "OCR",
        "ASR_MODEL",
        "TSA_URL",
        "SMTP_URL",
        "PUBLIC_URL",
        "MAX_UPLOAD_MB",
        "S3_ENDPOINT",
        "HTTPS",
        "CRASH_AT",
    )
)


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `encrypted`: TLS from the first byte (smtps); else STARTTLS where the server offers it. The password is never shown."""

    host: str
    port: int
    sender: str
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Config:
    """Everything an instance is told from outside. Tests build one directly."""

    data: Path  # CASEFILES_DATA: the folder of everything embedded
    database_url: str  # DATABASE_URL
    store: str  # CASEFILES_STORE: local:PATH
    search: str  # CASEFILES_SEARCH: tantivy:PATH | whoosh:PATH
    queue: str  # CASEFILES_QUEUE: sqlite:PATH
    secret_key: str = field(repr=False)  # CASEFILES_SECRET_KEY: made and kept in the data folder when absent
    max_upload_mb: int = 2_200  # CASEFILES_MAX_UPLOAD_MB: a 2 GB recording and its envelope
    https: bool = False  # CASEFILES_HTTPS=1: cookies are sent over TLS only
    fonts: str | None = None  # CASEFILES_FONTS: a folder with CJK fonts
    crash_at: str | None = None  # CASEFILES_CRASH_AT: tests only, the named step at which the process kills itself
    sign_in_limit: str = "10 per minute; 60 per hour"  # per address and per e-mail
    mail: "MailServer | None" = None  # CASEFILES_SMTP_URL: reminders go by mail too
    public_url: str | None = None  # CASEFILES_PUBLIC_URL: where people reach the pages; without it a mail has no links
    ocr: bool = True  # CASEFILES_OCR=0: pictures and scans stay without text; it takes about 1 GB and two cores while it runs
    asr_model: Path | None = None  # CASEFILES_ASR_MODEL: a folder with a faster-whisper model; without one transcripts are uploaded
    tsa_url: str | None = None  # CASEFILES_TSA_URL: the RFC 3161 service that stamps the manifests of frozen packets

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
        if environ.get("CASEFILES_S3_ENDPOINT"):
            raise WrongSetting("CASEFILES_S3_ENDPOINT is set, but object storage is not part of this version; unset it.")
        base = cls.embedded(data, secret_key="")
        return replace(
            base,
            database_url=environ.get("DATABASE_URL") or base.database_url,
            store=_one_of("CASEFILES_STORE", environ.get("CASEFILES_STORE") or base.store, "local"),
            search=_one_of("CASEFILES_SEARCH", environ.get("CASEFILES_SEARCH") or base.search, "tantivy", "whoosh"),
            queue=_one_of("CASEFILES_QUEUE", environ.get("CASEFILES_QUEUE") or base.queue, "sqlite"),
            secret_key=_secret(environ.get("CASEFILES_SECRET_KEY"), data),
            max_upload_mb=_positive("CASEFILES_MAX_UPLOAD_MB", environ.get("CASEFILES_MAX_UPLOAD_MB"), base.max_upload_mb),
            https=environ.get("CASEFILES_HTTPS") == "1",
            fonts=environ.get("CASEFILES_FONTS") or None,
            crash_at=environ.get("CASEFILES_CRASH_AT") or None,
            mail=_mail_server(environ.get("CASEFILES_SMTP_URL")),
            public_url=_public_url(environ.get("CASEFILES_PUBLIC_URL")),
            ocr=environ.get("CASEFILES_OCR", "1") != "0",
            asr_model=_model_folder(environ.get("CASEFILES_ASR_MODEL")),
            tsa_url=_tsa_url(environ.get("CASEFILES_TSA_URL")),
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


def existing_database(environ: Mapping[str, str] | None = None) -> str | None:
    """The URL of the database, if there is one; unlike from_environment this makes nothing, not even the data folder."""
    environ = os.environ if environ is None else environ
    data = Path(environ.get("CASEFILES_DATA") or TOP / "instance").resolve()
    url = environ.get("DATABASE_URL") or Config.embedded(data, secret_key="").database_url
    file = url.removeprefix("sqlite:///")
    return url if file == url or Path(file).is_file() else None


def _one_of(name: str, value: str, *kinds: str) -> str:
    kind, _, place = value.partition(":")
    if kind not in kinds or not place:
        raise WrongSetting(f"{name} is {value!r}; this version knows {' and '.join(repr(f'{known}:PATH') for known in kinds)}.")
    return value


def _model_folder(value: str | None) -> Path | None:
    """A folder that is not there is not refused: recordings then say what is wrong, and everything else works."""
    return Path(value).resolve() if value else None


def _positive(name: str, value: str | None, default: int) -> int:
    if not value:
        return default
    if not value.isdecimal() or int(value) < 1:
        raise WrongSetting(f"{name} is {value!r}; it must be a whole number above 0.")
    return int(value)


def _mail_server(value: str | None) -> MailServer | None:
    """smtp://user:password@host:port?from=address; a refusal never repeats the value, which holds a password."""
    if not value:
        return None
    form = (
        "write it like smtp://user:password@mail.example.com:587?from=casefiles@example.com "
        "(smtps:// for TLS from the start; signs like @ in a password as %40)"
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise WrongSetting(f"CASEFILES_SMTP_URL has a port that is no number; {form}.") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    sender = parse_qs(parts.query).get("from", [user if "@" in user else ""])[0]
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongSetting(f"CASEFILES_SMTP_URL names no mail server; {form}.")
    if sender.count("@") != 1 or any(c.isspace() for c in sender):
        raise WrongSetting(f"CASEFILES_SMTP_URL does not say from which address mail comes; {form}.")
    encrypted = parts.scheme == "smtps"
    return MailServer(parts.hostname, port or (465 if encrypted else 25), sender, encrypted, user, password)


def _public_url(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise WrongSetting(f"CASEFILES_PUBLIC_URL is {value!r}; write where people reach the pages, like https://casefiles.example.com.")
    return value.rstrip("/")


def _tsa_url(value: str | None) -> str | None:
    """The address of the time stamp service; a refusal does not repeat it, as it may hold a password."""
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise WrongSetting("CASEFILES_TSA_URL is no address of a time stamp service (RFC 3161); write it like https://tsa.example.com/tsr, or unset it.")
    return value


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
