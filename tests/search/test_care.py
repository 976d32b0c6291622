"""An index is disposable: damage is noticed, a new one is made beside it, several processes share it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import casefiles
from casefiles.search import IndexBroken, IndexBusy, fingerprint, open_engine, rebuild, tantivy_engine, whoosh_engine

MODULES = {"tantivy": tantivy_engine, "whoosh": whoosh_engine}
FILES = {"tantivy": ("idx", "pos", "term", "store", "fast", "fieldnorm"), "whoosh": ("seg", "toc")}
TOP = Path(casefiles.__file__).parents[1]
WRITE = """
import sys
from casefiles.search import Entry, open_engine
engine = open_engine(sys.argv[1])
for number in range(int(sys.argv[3])):
    engine.add([Entry(key=f"{sys.argv[2]}{number}", case_id="DC-1", object="core_evidence", page=1, text="甲")])
    print("written", flush=True)
"""


def folder_of(setting: str) -> Path:
    path = Path(setting.partition(":")[2])
    return path / (path / "current").read_text(encoding="utf-8")


def writer(setting: str, name: str, entries: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITE, setting, name, str(entries)], cwd=TOP, stdout=subprocess.PIPE, text=True)


def test_a_reader_sees_what_another_process_writes(setting, engine, everything):
    assert engine.search("甲", everything, limit=1).total == 0
    child = writer(setting, "child", 3)
    for seen in (1, 2, 3):
        assert child.stdout is not None
        assert child.stdout.readline() == "written\n"
        assert engine.search("甲", everything, limit=1).total >= seen
    assert child.wait(30) == 0


def test_two_processes_write_in_turn(setting, engine, make_entry):
    child = writer(setting, "child", 10)
    for _ in range(10):
        engine.add([make_entry("甲")])
    assert child.wait(60) == 0
    assert engine.count() == 20
    assert engine.verify() == ()


def test_threads_share_an_engine(engine, make_entry, everything):
    engine.add([make_entry("甲")])
    totals: list[int] = []
    threads = [threading.Thread(target=lambda: totals.append(engine.search("甲", everything, limit=1).total)) for _ in range(8)]
    threads += [threading.Thread(target=lambda: engine.add([make_entry("乙")])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [1] * 8
    assert engine.count() == 4


def test_a_killed_writer_leaves_the_last_commit_and_no_lock(setting, engine, make_entry, found):
    child = writer(setting, "child", 10_000)
    assert child.stdout is not None
    for _ in range(3):
        child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert engine.verify() == ()
    assert engine.count() >= 3
    engine.add([make_entry("乙", key="K")])
    assert found("乙") == ["K"]


def test_a_writer_that_does_not_end_is_an_error(setting, engine, make_entry, found, monkeypatch):
    monkeypatch.setattr(MODULES[setting.partition(":")[0]], "WAIT", 0.05)
    engine.add([make_entry("甲", key="K")])
    with engine._writing(), pytest.raises(IndexBusy, match="nothing was changed"):
        engine.add([make_entry("乙")])
    assert found("甲 OR 乙") == ["K"]


@pytest.mark.parametrize(("name", "ending"), [(name, ending) for name, endings in FILES.items() for ending in endings])
@pytest.mark.parametrize("harm", ["flipped", "cut", "removed"])
def test_damage_is_noticed_and_healed(tmp_path, make_entry, everything, name, ending, harm):
    setting = f"{name}:{tmp_path / 'index'}"
    engine = open_engine(setting)
    engine.add(make_entry(f"甲方{number}") for number in range(50))
    engine.close()
    (file,) = folder_of(setting).glob(f"*.{ending}")
    content = bytearray(file.read_bytes())
    file.unlink()
    if harm == "flipped":
        content[len(content) // 3] ^= 0xFF
        file.write_bytes(content)
    elif harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    with pytest.raises(IndexBroken, match="made again"):
        open_engine(setting)
    healed = open_engine(setting, reset=True)
    assert healed.count() == 0
    healed.add([make_entry("甲")])
    assert open_engine(setting).search("甲", everything, limit=1).total == 1


@pytest.mark.parametrize(("engine_name", "name"), [
    *(("tantivy", name) for name in ("meta.json", "layout", "../current")), *(("whoosh", name) for name in ("sums", "layout", "../current")),
])  # fmt: skip
@pytest.mark.parametrize("content", [b"", b"\xff\x00 rubbish", b"{}"])
def test_damaged_lists_are_noticed(tmp_path, make_entry, engine_name, name, content):
    setting = f"{engine_name}:{tmp_path / 'index'}"
    engine = open_engine(setting)
    engine.add([make_entry("甲")])
    engine.close()
    (folder_of(setting) / name).write_bytes(content)
    with pytest.raises(IndexBroken):
        open_engine(setting)
    assert open_engine(setting, reset=True).count() == 0


def test_an_index_lost_while_running(setting, engine, make_entry, everything):
    engine.add([make_entry("甲")])
    shutil.rmtree(Path(setting.partition(":")[2]))
    with pytest.raises(IndexBroken, match="made again"):
        engine.search("甲", everything, limit=1)
    with pytest.raises(IndexBroken):
        engine.add([make_entry("乙")])
    assert rebuild(setting, [make_entry("甲")]) == 1
    assert engine.search("甲", everything, limit=1).total == 1  # the same engine goes on


def test_rebuilding_beside_the_live_index(setting, engine, make_entry, everything):
    engine.add([make_entry("旧", key="old")])

    def entries():
        yield make_entry("新", key="new")
        assert list(engine.keys()) == ["old"]  # answers while the new one is made
        yield make_entry("新二", key="new")

    assert rebuild(setting, entries()) == 1
    assert list(engine.keys()) == ["new"]
    assert engine.search("二", everything, limit=1).total == 1
    assert len(list(Path(setting.partition(":")[2]).glob("index-*"))) == 1


def test_a_failed_rebuild_leaves_the_live_index(setting, engine, make_entry, found):
    engine.add([make_entry("甲", key="K")])

    def broken():
        yield make_entry("乙")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rebuild(setting, broken())
    assert found("甲") == ["K"]
    assert len(list(Path(setting.partition(":")[2]).glob("index-*"))) == 1


def test_no_text_is_kept_in_the_index(setting, engine, make_entry):
    """Tokens of two characters are there, a sentence is not."""
    engine.add([make_entry("张三欠李四一百万元", key="K", title="借款合同一份")])
    files = [file.read_bytes() for file in folder_of(setting).iterdir() if file.is_file()]
    assert not any(piece.encode() in file for piece in ("张三欠", "李四一", "一百万") for file in files)
    assert list(engine.keys()) == ["K"]


def test_each_entry_has_its_fingerprint(engine, make_entry):
    entries = [make_entry("甲", key="A"), make_entry("乙", key="B")]
    engine.add(entries)
    assert dict(engine.prints()) == {entry.key: fingerprint(entry) for entry in entries}


def test_a_search_over_a_file_lost_while_running_says_so(tmp_path, make_entry, everything):
    """An open file stays readable; a later look at the folder finds it gone."""
    setting = f"whoosh:{tmp_path / 'index'}"
    engine = open_engine(setting)
    engine.add([make_entry("甲")])
    for file in folder_of(setting).glob("*.seg"):
        file.unlink()
    engine.close()
    with pytest.raises(IndexBroken, match="made again"):
        engine.search("甲", everything, limit=1)


@pytest.mark.parametrize("setting", ["", "tantivy:", "whoosh:", "sphinx:/tmp/x", "tantivy"])
def test_an_unknown_setting_is_refused(setting):
    with pytest.raises(ValueError, match="tantivy:PATH or whoosh:PATH"):
        open_engine(setting)
    with pytest.raises(ValueError, match="tantivy:PATH or whoosh:PATH"):
        rebuild(setting, [])
