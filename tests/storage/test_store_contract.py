"""One contract for every store: a third backend adds a word to the fixture."""

import errno
import hashlib
import io
import stat

import pytest

from storage import NoRoom, NotStored, open_store
from storage.local import LocalStore

TEXT = "签收单 SH-01：286,000.00 元".encode()
NAME = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture(params=["local"])
def store(request, tmp_path):
    return open_store(f"{request.param}:{tmp_path / 'store'}")


def test_bytes_come_back_as_they_went_in(store):
    staged = store.stage(io.BytesIO(TEXT))
    store.keep(staged)
    assert (staged.sha256, staged.size) == (NAME, len(TEXT))
    with store.open(NAME) as content:
        assert content.read() == TEXT
    assert store.holds(NAME)
    assert not staged.draft.exists()


def test_the_same_bytes_twice_give_one_object(store):
    for _ in range(2):
        store.keep(store.stage(io.BytesIO(TEXT)))
    assert list(store.names()) == [NAME]


def test_an_empty_file_has_a_name_too(store):
    staged = store.stage(io.BytesIO(b""))
    store.keep(staged)
    assert store.holds(hashlib.sha256(b"").hexdigest())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("0" * 64, id="never stored"),
        pytest.param("../" * 10 + "etc/passwd", id="path traversal"),
        pytest.param(NAME.upper(), id="upper case"),
        pytest.param("", id="empty"),
        pytest.param(NAME + "\n", id="line break at the end"),
    ],
)
def test_what_is_not_stored_is_not_opened(store, name):
    store.keep(store.stage(io.BytesIO(TEXT)))
    with pytest.raises(NotStored):
        store.open(name)


def test_a_failed_upload_leaves_no_draft(store):
    class Broken(io.RawIOBase):
        def read(self, _size=-1):
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.stage(Broken())
    assert list(store.drafts.iterdir()) == []


def test_damaged_bytes_under_the_same_name_are_noticed(store):
    store.keep(store.stage(io.BytesIO(TEXT)))
    path = store.path(NAME)
    path.chmod(0o640)
    path.write_bytes(b"tampered")
    with pytest.raises(NotStored):
        store.keep(store.stage(io.BytesIO(TEXT)))


def test_kept_bytes_are_read_only_and_never_overwritten(store):
    store.keep(store.stage(io.BytesIO(TEXT)))
    assert not store.path(NAME).stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def test_a_full_disk_keeps_nothing_partial(tmp_path, monkeypatch):
    store = LocalStore(tmp_path)

    class Full(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(NoRoom):
        store.stage(Full(TEXT))
    assert list(store.drafts.iterdir()) == []
    assert list(store.names()) == []


def test_the_order_is_write_sync_link_sync(tmp_path):
    steps: list[str] = []
    store = LocalStore(tmp_path, steps.append)
    store.keep(store.stage(io.BytesIO(TEXT)))
    assert steps == ["draft opened", "chunk written", "draft hashed", "draft synced", "linked", "folder synced"]


def test_drafts_of_a_crash_are_swept_after_a_day(tmp_path):
    store = LocalStore(tmp_path)
    draft = store.stage(io.BytesIO(TEXT)).draft
    written = draft.stat().st_mtime
    assert store.sweep(written + 3600) == 0
    assert store.sweep(written + 25 * 3600) == 1
    assert not draft.exists()


def test_an_unknown_store_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="local:PATH"):
        open_store("ftp:somewhere")
