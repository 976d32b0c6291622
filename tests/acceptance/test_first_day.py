"""The first working day, through the command line: what the issue lists under 'Done when'."""

import json
import random
import re
import shutil
import sqlite3
import subprocess

import pytest
import yaml

from casefiles import find, runtime
from casefiles.actor import operator
from casefiles.config import Config
from casefiles.db import session
from casefiles.law import EXAMPLES

EXPLAINING = {"defect", "defects", "note", "rule", "src", "what", "remedy", "detail", "conventions"}
NOT_OF_THE_CHECK = {"auditor_search_must_hit"}  # what search must find: tested below
CASES = {
    "EX-A-COMPLETE": "case-a-complete-sale.yaml", "EX-B-FIVE-DEFECTS": "case-b-five-defects.yaml", "EX-C-INSOLVENCY": "case-c-insolvency.yaml",
    "EX-D-WRITE-OFF": "case-d-write-off-archive.yaml",
}  # fmt: skip


def expected_of(case_id):
    return yaml.safe_load((EXAMPLES / CASES[case_id]).read_text(encoding="utf-8"))["expected"]


def differences(wanted, got, place):
    """Key by key; explaining keys are not compared."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [d for k, v in wanted.items() if k not in EXPLAINING for d in (differences(v, got[k], f"{place}.{k}") if k in got else [f"{place}.{k} is missing"])]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [d for n, (a, b) in enumerate(zip(wanted, got, strict=True)) for d in differences(a, b, f"{place}[{n}]")]
    return [] if wanted == got else [f"{place}: {wanted!r} expected, {got!r} printed"]


@pytest.fixture(scope="session")
def checked(demo):
    ways = {"EX-B-FIVE-DEFECTS": demo.start}
    return {case_id: ways.get(case_id, demo.run)("check", case_id, "--json") for case_id in CASES}


SAID = [(case_id, key) for case_id in CASES for key in expected_of(case_id) if key not in EXPLAINING | NOT_OF_THE_CHECK]


@pytest.mark.parametrize(("case_id", "key"), SAID, ids=[f"{key} of {case_id}" for case_id, key in SAID])
def test_check_prints_what_the_examples_expect(checked, case_id, key):
    assert differences(expected_of(case_id)[key], checked[case_id].json.get(key, "nothing"), key) == []


def test_the_exit_code_is_the_answer(checked):
    assert [checked[case_id].code for case_id in CASES] == [0, 1, 0, 0]


def test_what_each_lacks_is_told_by_the_number_of_findings(checked):
    assert [len(checked[case_id].json["findings"]) for case_id in CASES] == [0, 8, 2, 1]


@pytest.mark.parametrize("words", expected_of("EX-D-WRITE-OFF")["auditor_search_must_hit"])
def test_an_auditor_finds_the_written_off_case_by(demo, words):
    found = demo.run("search", f'"{words}"', "--as", "auditor@example.test", "--json").json
    assert "EX-D-WRITE-OFF" in {hit["case"] for hit in found["hits"]}


@pytest.fixture(scope="session")
def packet_a(demo, tmp_path_factory):
    out = tmp_path_factory.mktemp("packets") / "a"
    ran = demo.run("packet", "build", "EX-A-COMPLETE", "lawsuit", "--out", out, "--json")
    assert ran.code == 0, ran.err
    return out, ran.json


def test_the_packet_of_a_is_whole_and_final(demo, packet_a, qpdf_path):
    out, told = packet_a
    assert told["draft"] is False
    assert {"bundle.pdf", "catalogue.xlsx", "manifest.json", "packet.zip"} <= {p.name for p in out.iterdir()}
    assert {p.stem for p in (out / "forms").glob("*.pdf")} == {p.stem for p in (out / "forms").glob("*.docx")}
    assert any((out / "media").glob("*.wav"))
    assert demo.start("packet", "verify", out).code == 0
    assert subprocess.run([qpdf_path, "--check", out / "bundle.pdf"], capture_output=True, check=False).returncode == 0


def test_the_internal_cover_is_neither_in_the_bundle_nor_in_the_zip(packet_a):
    out, _ = packet_a
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (out / "internal-cover.pdf").is_file()
    assert "internal-cover.pdf" not in {entry["file"] for entry in manifest["files"]}
    listed = subprocess.run(["python3", "-m", "zipfile", "-l", out / "packet.zip"], capture_output=True, text=True, check=True).stdout
    assert "internal-cover" not in listed


def test_a_changed_byte_is_named(demo, packet_a, tmp_path):
    out, _ = packet_a
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    victim = next((copy / "forms").glob("*.docx"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.write_bytes(content)
    ran = demo.run("packet", "verify", copy)
    assert ran.code == 1
    assert victim.name in ran.err


def test_the_same_packet_twice_is_the_same_bytes(demo, packet_a, tmp_path):
    again = tmp_path / "again"
    assert demo.start("packet", "build", "EX-A-COMPLETE", "lawsuit", "--out", again).code == 0
    names = sorted(str(p.relative_to(packet_a[0])) for p in packet_a[0].rglob("*") if p.is_file())
    assert names == sorted(str(p.relative_to(again)) for p in again.rglob("*") if p.is_file())
    assert [n for n in names if (packet_a[0] / n).read_bytes() != (again / n).read_bytes()] == []


def test_b_is_refused_with_its_findings(demo, tmp_path):
    ran = demo.run("packet", "build", "EX-B-FIVE-DEFECTS", "lawsuit", "--out", tmp_path / "b", "--json")
    assert ran.code == 1
    assert len(ran.json["findings"]) == 8
    assert not (tmp_path / "b").exists()


def test_b_is_built_with_an_override_and_says_so(demo, tmp_path):
    reason = "时效将于 2026-11-20 届满，先行立案"
    ran = demo.run("packet", "build", "EX-B-FIVE-DEFECTS", "lawsuit", "--out", tmp_path / "b", "--override", reason, "--as", "manager@example.test", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["draft"] is True  # legal_rep_id_copy is not in the file
    assert ran.json["override"] == reason
    assert demo.run("packet", "verify", tmp_path / "b").code == 0
    log = demo.start("audit", "export").json
    assert [e["detail"]["reason"] for e in log if e["event"] == "override"] == [reason]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("--override", "x"), 2, id="an override without a person is wrong use"),
        pytest.param(("--override", "x", "--as", "legal@example.test"), 1, id="legal staff may not override"),
        pytest.param(("--as", "collector@example.test"), 1, id="a collector may not build"),
        pytest.param(("--as", "lawyer@example.test"), 1, id="a lawyer without a grant does not know the case"),
    ],
)
def test_who_may_not_build(demo, tmp_path, words, code):
    ran = demo.run("packet", "build", "EX-B-FIVE-DEFECTS", "lawsuit", "--out", tmp_path / "b", *words)
    assert ran.code == code
    assert "Traceback" not in ran.err


def pages_with_text(demo):
    """Every page of a document that was read, straight from the database."""
    with sqlite3.connect(demo.data / "casefiles.sqlite") as connection:
        return connection.execute("SELECT d.case_id, d.ref, p.number, p.text FROM pages p JOIN documents d ON d.id = p.document_id ORDER BY p.id").fetchall()


@pytest.fixture
def search_inside(demo):
    """The search of the command line without a new process for each query."""
    runtime.start(Config.embedded(demo.data, "x" * 40))
    yield lambda words, case: find.search(operator(), words, case_id=case, limit=500)
    session.remove()


def test_four_characters_from_any_page_are_found_with_their_page(demo, search_inside):
    dice = random.Random(20261122)  # a draw that is the same each time
    rows = [row for row in pages_with_text(demo) if re.search(r"[一-鿿]{4}", row[3])]
    assert len({(case, ref) for case, ref, _, _ in rows}) >= 30
    lost = []
    for case, ref, page, text in rows:
        for words in dice.sample(re.findall(r"(?=([一-鿿]{4}))", text), 3):
            found = search_inside(f'"{words}"', case)
            if (ref, page) not in {(d.ref, h.page) for g in found.groups for d in g.documents for h in d.hits}:
                lost.append((case, ref, page, words))
    assert lost == []


def test_a_lawyer_finds_what_was_granted_and_nothing_else(demo):
    words = "逾期未付款项为基数"  # clause 9.2 of the contract of A, on its page 3
    granted = demo.start("search", words, "--as", "lawyer@example.test", "--json").json
    assert ("EX-A-COMPLETE", "D01", 3) in {(h["case"], h["document"], h["page"]) for h in granted["hits"]}
    assert {h["case"] for h in granted["hits"]} == {"EX-A-COMPLETE"}
    assert set(granted["facets"].get("case", {})) <= {"EX-A-COMPLETE"}
    other = demo.run("search", "提交合肥仲裁委员会仲裁", "--as", "lawyer@example.test", "--json").json
    assert (other["total"], other["hits"]) == (0, [])


def test_a_wrong_query_is_explained(demo):
    ran = demo.run("search", '"合同', "--json")
    assert ran.code == 2
    assert "character" in ran.err


def test_the_log_of_the_day_is_sound(demo):
    ran = demo.start("audit", "verify", "--json")
    assert (ran.code, ran.json["ok"]) == (0, True)


def test_index_and_store_agree_with_the_database(demo):
    assert demo.start("index", "verify").code == 0
    assert demo.start("store", "check").code == 0


def test_a_second_demo_changes_nothing(demo):
    before = demo.start("case", "list", "--json").json
    assert demo.start("demo").code == 0
    assert demo.run("case", "list", "--json").json == before
