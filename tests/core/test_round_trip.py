"""import(export(x)) = x, for every example and every dispute type the format describes."""

import re
from pathlib import Path

import pytest
import yaml

from casefiles import db, exchange, runtime, schema
from casefiles.case_mapping import case_mapping
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import Case
from casefiles.rules.facts import read_case

DESCRIPTION = Path(__file__).parents[2].parent / "shared" / "domain" / "case-file.md"


def described():
    """The short examples of the format's own page, one per dispute type; none where ../shared is absent."""
    if not DESCRIPTION.is_file():
        return []
    blocks = re.findall(r"```yaml\n(.*?)```", DESCRIPTION.read_text(encoding="utf-8"), re.DOTALL)
    return [re.sub(r"file: files/\S+?(?=[,}])", "note: 原件在卷", block) for block in blocks if block.startswith("case_id")]


TEXTS = [pytest.param(p.read_text(encoding="utf-8"), id=p.stem) for p in sorted(EXAMPLES.glob("*.yaml"))]
DISPUTES = [pytest.param(text, id=text.splitlines()[0].removeprefix("case_id: ")) for text in described()]
SLOW = [pytest.param(*each.values, id=each.id, marks=pytest.mark.long) for each in DISPUTES]


def enter(actor, path):
    case_file = exchange.read(path)
    kept = exchange.keep_files(case_file, runtime.store())
    with saving():
        exchange.enter(actor, case_file, kept)
    session.expire_all()
    return case_mapping(session.get_one(Case, case_file.mapping["case_id"]))


def plain(value):
    """Without what the format calls absent, and bare types written as objects."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if v is not None and v != [] and k != "expected"}
    return [plain(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("text", TEXTS + DISPUTES[:1] + SLOW[1:])
def test_a_case_comes_back_as_it_went_out(instance, actor, tmp_path, text):
    source = tmp_path / "in.yaml"
    source.write_text(text, encoding="utf-8")
    first = enter(actor, source)
    out = exchange.export(session.get_one(Case, first["case_id"]), runtime.store(), tmp_path / "out")
    session.remove()
    runtime.start(Config.embedded(tmp_path / "second", "x" * 40))
    schema.upgrade(db.session.get_bind())
    assert enter(actor, out) == first


@pytest.mark.parametrize("text", TEXTS + DISPUTES)
def test_nothing_of_the_file_is_lost(instance, actor, tmp_path, text):
    source = tmp_path / "in.yaml"
    source.write_text(text, encoding="utf-8")
    given = plain(yaml.safe_load(text))
    if "claim_entered_by_user" in given:
        given["claim"] = given.pop("claim_entered_by_user")
    for name in ("identity_documents", "insolvency_documents"):
        if name in given:
            given[name] = [{"id": e, "type": e} if isinstance(e, str) else e for e in given[name]]
    got = enter(actor, source)
    got.pop("files")
    assert plain(got) == {"state": "collection"} | given


def test_a_second_import_changes_nothing(instance, actor):
    path = EXAMPLES / "case-a-complete-sale.yaml"
    enter(actor, path)
    assert exchange.known("EX-A-COMPLETE")


def test_files_travel_with_the_case(instance, actor, tmp_path):
    case = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8"))
    case["contract"]["file"] = "files/合同 扫描件.txt"
    case["identity_documents"] = [{"id": "I1", "type": "business_licence_creditor", "file": "files/执照.txt"}]
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "合同 扫描件.txt").write_text("第九条 违约责任", encoding="utf-8")
    (tmp_path / "files" / "执照.txt").write_text("营业执照", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(case, allow_unicode=True), encoding="utf-8")
    first = enter(actor, tmp_path / "a.yaml")
    assert first["files"]["D01"]["name"] == "合同 扫描件.txt"
    out = exchange.export(session.get_one(Case, "EX-A-COMPLETE"), runtime.store(), tmp_path / "out")
    sums = (tmp_path / "out" / "SHA256SUMS").read_text(encoding="utf-8")
    assert first["files"]["D01"]["sha256"] in sums
    assert "执照" in sums
    again = exchange.read(out)
    assert again.files["D01"].read_text(encoding="utf-8") == "第九条 违约责任"


def second(tmp_path):
    """Another instance, empty."""
    session.remove()
    runtime.start(Config.embedded(tmp_path / "second", "x" * 40))
    schema.upgrade(db.session.get_bind())


def written(tmp_path, **blocks):
    case = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8")) | blocks
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(case, allow_unicode=True), encoding="utf-8")
    return tmp_path / "a.yaml"


NAMES = ["合同 扫描件.pdf", "说" * 65 + ".pdf", *(pytest.param(name, marks=pytest.mark.long) for name in ("README.md", "D02_送货单.pdf", "no suffix", "a.yaml", "..hidden"))]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_back_and_does_not_grow(instance, actor, tmp_path, name):
    path = written(tmp_path, documents=[{"id": "D90", "type": "photos", "file": f"files/{name}"}])
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / name).write_text("bytes", encoding="utf-8")
    first = enter(actor, path)
    out = exchange.export(session.get_one(Case, "EX-A-COMPLETE"), runtime.store(), tmp_path / "out")
    second(tmp_path)
    assert enter(actor, out)["files"]["D90"] == first["files"]["D90"]


def test_evidence_that_is_called_yaml_is_not_read_as_a_case_file(instance, actor, tmp_path):
    folder = tmp_path / "in"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "config.yaml").write_text("level: 3", encoding="utf-8")
    written(folder, documents=[{"id": "D90", "type": "system_log", "file": "files/config.yaml"}])
    enter(actor, folder / "a.yaml")
    exchange.export(session.get_one(Case, "EX-A-COMPLETE"), runtime.store(), tmp_path / "out")
    for place, name in ((folder, "a.yaml"), (tmp_path / "out", "EX-A-COMPLETE.yaml")):
        with exchange.case_files(place) as files:
            assert [file.name for file in files] == [name]


def test_what_a_block_and_the_entry_beside_it_say_is_both_kept_and_the_entry_wins(instance, actor, tmp_path):
    case = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8"))
    note, other = case["deliveries"][0], case["deliveries"][1]
    note |= {"original": {"held_by": "creditor", "location": "柜 1"}, "note": "块", "parties": [{"role": "debtor", "name_on_document": "甲"}]}
    other |= {"original": {"held_by": "lawyer", "location": "律所"}, "note": "只在块中"}
    entries = [{"id": note["id"], "type": "delivery_note_signed", "note": "条目", "original": {"held_by": "court", "location": "法院"}}]
    entries += [{"id": other["id"], "type": "delivery_note_signed"}]
    path = written(tmp_path, deliveries=case["deliveries"], documents=entries)
    got = enter(actor, path)
    assert (got["deliveries"][0], got["deliveries"][1], got["documents"]) == (note, other, entries)
    paper = next(d for d in read_case(got).documents if d.id == note["id"])
    assert (paper.original.held_by, paper.fields["note"], paper.parties[0].name) == ("court", "条目", "甲")
    out = exchange.export(session.get_one(Case, "EX-A-COMPLETE"), runtime.store(), tmp_path / "out")
    second(tmp_path)
    assert enter(actor, out) == got
