"""R5: the index is disposable. Lost or damaged, search says so, four hands can heal it, and every result is the same afterwards."""

import io
import json
import shutil
import threading
import time

import pytest
from click.testing import CliRunner

from casefiles import find, index_care, intake, jobs, runtime
from casefiles.cli import main
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import Refused
from casefiles.jobs import indexing
from casefiles.models import Case

CASE = "EX-A-COMPLETE"
LONGEST = 60  # seconds; a loaded machine
QUERIES = ("示例", "轴承座贰佰套", "货款 AND 轴承", "XS-2024-0301", "type:contract", "stage:legal_escalation", "没有的词语")


@pytest.fixture(scope="module")
def searchable(filled, tmp_path_factory):
    """The data folder with a document that was read and an index of everything, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("index") / "data"
    shutil.copytree(filled, folder)
    running = runtime.start(Config.embedded(folder, "k" * 48))
    from casefiles.actor import operator

    received = intake.inspect(running.store.stage(io.BytesIO("轴承座贰佰套\n货款按月结清".encode())), "清单.txt", 1 << 20)
    running.store.keep(received.staged)
    with saving():
        intake.receive(operator(), session.get_one(Case, CASE), received, type="contract")
    assert jobs.drain(60) == 0
    running.engine.close()
    session.remove()
    session.get_bind().dispose()
    return folder


@pytest.fixture
def data(searchable, tmp_path):
    shutil.copytree(searchable, tmp_path / "data")
    return tmp_path / "data"


def restart(data):
    """A new process looks at the folder: nothing that was open stays open."""
    session.remove()
    session.get_bind().dispose()
    return runtime.start(Config.embedded(data, "k" * 48))


def results(actor):
    """Everything a person sees of a search, but how long it took and the scores."""
    told = {}
    for query in QUERIES:
        found = find.search(actor, query, limit=1000)
        hits = sorted(
            (group.case_id, document.ref, document.title, hit.key, hit.page or 0, hit.label, tuple((s.text, s.marked) for s in hit.segments))
            for group in found.groups for document in group.documents for hit in document.hits
        )  # fmt: skip
        told[query] = (found.total, found.facets, hits)
    return told


def generation(data):
    return data / "index" / (data / "index" / "current").read_text().strip()


def largest(data):
    return max((file for file in generation(data).iterdir() if file.suffix in {".term", ".idx", ".store", ".pos"}), key=lambda file: file.stat().st_size)


def remove_whole(data):
    shutil.rmtree(data / "index")


def remove_files(data):
    for file in generation(data).iterdir():
        file.unlink()


def truncate(data):
    file = largest(data)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip(data):
    content = bytearray(largest(data).read_bytes())
    content[len(content) // 3] ^= 0x10
    largest(data).write_bytes(content)


def spoil_list(data):
    (generation(data) / "meta.json").write_bytes(b"\x00garbage")


def spoil_pointer(data):
    (data / "index" / "current").write_text("index-of-nothing")


DAMAGE = [
    pytest.param(remove_whole, id="the folder is gone"),
    pytest.param(remove_files, id="its files are gone"),
    pytest.param(truncate, id="a file is cut in half"),
    pytest.param(flip, id="a bit is flipped"),
    pytest.param(spoil_list, id="its list of files is garbage"),
    pytest.param(spoil_pointer, id="the pointer names nothing"),
]


def command(data, *words):
    done = CliRunner().invoke(main, list(words), env={"CASEFILES_DATA": str(data), "CASEFILES_SECRET_KEY": "k" * 48, "CASEFILES_FONTS": None}, catch_exceptions=False)
    session.remove()
    return done.exit_code, done.stdout


def by_worker(data):
    restart(data)
    indexing.heal(thorough=True)  # what the worker does when it starts


def by_watching_worker(data):
    """The worker was running all the time: it notices, and heals among its jobs."""
    restart(data)
    over = threading.Event()
    thread = threading.Thread(target=indexing.feed, args=(over,))
    thread.start()
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and index_care.broken(thorough=True):
        over.wait(0.05)
    over.set()
    thread.join()


def by_rebuild(data):
    code, said = command(data, "index", "rebuild", "--json")
    assert (code, json.loads(said)["entries"] > 0) == (0, True)


def by_repair(data):
    assert command(data, "index", "repair", "--json")[0] == 0


TWICE = {remove_whole, flip}  # lost and damaged: what every way of healing is tried on
HEALERS = {"the worker at its start": by_worker, "the worker while it runs": by_watching_worker, "index rebuild": by_rebuild, "index repair": by_repair}
PAIRS = [
    pytest.param(*damage.values, heal, id=f"{damage.id}, {name}", marks=[] if heal is by_worker or damage.values[0] is flip else pytest.mark.long)
    for name, heal in HEALERS.items() for damage in DAMAGE
    if heal in {by_worker, by_repair} or damage.values[0] in TWICE
]  # fmt: skip


@pytest.mark.parametrize(("damage", "heal"), PAIRS)
def test_search_says_so_and_is_the_same_after_healing(instance, clerk, data, damage, heal):
    before = results(clerk)
    assert before["轴承座贰佰套"][0] == 1
    assert before["没有的词语"][0] == 0
    damage(data)
    restart(data)
    for query in ("轴承座贰佰套", "没有的词语"):
        with pytest.raises(Refused, match="being made again") as refused:
            find.search(clerk, query)
        assert "重建" in refused.value.zh
    assert command(data, "index", "verify", "--json")[0] == 1
    heal(data)
    assert command(data, "index", "verify", "--json")[0] == 0
    assert command(data, "index", "status", "--json")[0] == 0
    restart(data)
    assert results(clerk) == before


@pytest.mark.parametrize("damage", [remove_whole, pytest.param(remove_files, marks=pytest.mark.long), spoil_list])
def test_a_running_server_notices_and_goes_on_after_healing(instance, clerk, data, damage):
    """The engine stays open all the time, as in the web process; another process heals."""
    before, engine = results(clerk), runtime.engine()
    damage(data)
    with pytest.raises(Refused, match="being made again"):
        find.search(clerk, "轴承座贰佰套")
    by_rebuild(data)
    restart(data).__dict__["engine"] = engine
    assert results(clerk) == before


def test_status_says_that_an_index_is_broken(data, instance):
    spoil_list(data)
    code, said = command(data, "index", "status", "--json")
    assert (code, json.loads(said)["broken"]) == (1, True)


def test_a_whole_index_is_left_alone(instance, clerk, data):
    results(clerk)
    before = generation(data)
    assert indexing.heal(thorough=True) is None
    assert generation(data) == before


def test_verify_names_what_is_missing_and_what_is_stale(instance, clerk, data):
    (stale,) = [key for key in list(instance.engine.keys()) if key.startswith("p:")]
    with saving():
        for document in session.get_one(Case, CASE).documents:
            document.pages.clear()
    instance.engine.remove([f"c:{CASE}"])
    code, said = command(data, "index", "verify", "--json")
    told = json.loads(said)
    assert (code, told["missing"], told["stale"], told["changed"], told["damaged"]) == (1, [f"c:{CASE}"], [stale], [], [])
    code, said = command(data, "index", "repair", "--json")
    assert json.loads(said) == {"added": 1, "removed": 1, "changed": 0, "rebuilt": False}
    assert command(data, "index", "verify", "--json")[0] == 0


def test_an_instance_without_cases_has_nothing_to_rebuild(tmp_path, clerk):
    from casefiles import schema

    restart(tmp_path / "new")
    schema.upgrade(session.get_bind())
    assert find.search(clerk, "示例").total == 0
    assert indexing.heal(thorough=True) is None
