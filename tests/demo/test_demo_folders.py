"""A drawn case folder is a valid case file with the facts of the example and a file for every paper."""

from __future__ import annotations

import copy
import io
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from casefiles.demo import NotAnExample, write_case_folder
from casefiles.demo.desk import Desk
from casefiles.demo.plan import papers
from casefiles.demo.story import story_of

CASES = ("EX-A-COMPLETE", "EX-B-FIVE-DEFECTS", "EX-C-INSOLVENCY", "EX-D-WRITE-OFF")
LAW = Path(__file__).parents[2] / "casefiles" / "law"
every_case = pytest.mark.parametrize("case_id", CASES)


def without_files(case: dict[str, Any], known: set[str]) -> dict[str, Any]:
    """The case with every `file` taken away, listed papers as bare types, and entries of documents[] that were not there before left out."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(inner) for key, inner in value.items() if key != "file"}
        return [bare(inner) for inner in value] if isinstance(value, list) else value

    made = bare(copy.deepcopy(case))
    for key in ("identity_documents", "insolvency_documents"):
        if key in made:
            assert all(set(entry) == {"id", "type"} for entry in made[key])
            made[key] = [entry["type"] for entry in made[key]]
    if "documents" in made:
        made["documents"] = [entry for entry in made["documents"] if entry["id"] in known]
        if not made["documents"]:
            del made["documents"]
    return made


def ids_in(value: Any) -> set[str]:
    """Every document id of a case: values of id in blocks, of transcript_id, and of the guarantee's contract_id."""
    if isinstance(value, dict):
        here = {value[key] for key in ("id", "transcript_id", "contract_id") if isinstance(value.get(key), str)}
        return here.union(*(ids_in(inner) for key, inner in value.items() if key != "expected"))
    return set().union(*(ids_in(inner) for inner in value)) if isinstance(value, list) else set()


@every_case
def test_the_written_case_is_valid(drawn, case_id: str) -> None:
    schema = yaml.safe_load((LAW / "case-file.schema.yaml").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(drawn[case_id].after)
    assert drawn[case_id].path.name == f"{case_id}.yaml"


@every_case
def test_facts_stay_as_they_were(drawn, case_id: str) -> None:
    case = drawn[case_id]
    known = {entry["id"] for entry in case.before.get("documents", [])}
    assert without_files(case.after, known) == case.before
    assert case.after["expected"] == case.before["expected"]


@every_case
def test_entries_that_were_added_bring_no_fact(drawn, case_id: str) -> None:
    case = drawn[case_id]
    known = {entry["id"] for entry in case.before.get("documents", [])}
    added = [entry for entry in case.after.get("documents", []) if entry["id"] not in known]
    assert all(set(entry) == {"id", "type", "file"} for entry in added)


@pytest.mark.parametrize(
    ("case_id", "without"),
    [
        pytest.param("EX-A-COMPLETE", {"D20"}, id="A: D20 is the recorder's memory card, a thing"),
        pytest.param("EX-B-FIVE-DEFECTS", set(), id="B"),
        pytest.param("EX-C-INSOLVENCY", set(), id="C"),
        pytest.param("EX-D-WRITE-OFF", set(), id="D"),
    ],
)
def test_every_document_has_a_file(drawn, files_of, case_id: str, without: set[str]) -> None:
    case = drawn[case_id]
    assert ids_in(case.after) - set(files_of(case.after)) == without
    assert all((case.path.parent / name).stat().st_size > 500 for name in files_of(case.after).values())


@every_case
def test_no_two_papers_share_a_file_and_none_is_left_over(drawn, files_of, case_id: str) -> None:
    case = drawn[case_id]
    named = list(files_of(case.after).values())
    assert len(named) == len(set(named))
    assert {f"files/{path.name}" for path in (case.path.parent / "files").iterdir()} == set(named)


def test_all_four_are_small(drawn) -> None:
    sizes = [path.stat().st_size for case in drawn.values() for path in case.path.parent.rglob("*") if path.is_file()]
    assert sum(sizes) < 25_000_000


# One paper of every kind of drawing; all of them twice would take the time of the whole demo again.
KINDS = ("D01", "D02", "D03", "D06", "D10", "D13", "D15", "D18", "D19", "I01", "I03")


def test_the_same_bytes_each_time(drawn, examples, demo_fonts) -> None:
    case = drawn["EX-A-COMPLETE"]
    again = {paper.id: paper for paper in papers(Desk(examples["EX-A-COMPLETE"], story_of(examples["EX-A-COMPLETE"]), demo_fonts))}
    differ = [key for key in KINDS if again[key].draw() != case.file(key).read_bytes()]
    assert differ == []


@pytest.mark.parametrize(("case_id", "key"), [pytest.param("EX-B-FIVE-DEFECTS", "D01", id="docx contract"), pytest.param("EX-D-WRITE-OFF", "D15", id="docx transcript")])
def test_word_documents_are_the_same_bytes_too(drawn, examples, demo_fonts, case_id: str, key: str) -> None:
    again = {paper.id: paper for paper in papers(Desk(examples[case_id], story_of(examples[case_id]), demo_fonts))}
    assert again[key].draw() == drawn[case_id].file(key).read_bytes()


def test_another_case_is_refused_before_anything_is_written(tmp_path: Path, demo_fonts) -> None:
    target = tmp_path / "other"
    with pytest.raises(NotAnExample, match=r"DEMO-SALE.*Nothing was written"):
        write_case_folder({"case_id": "DEMO-SALE"}, target, demo_fonts)
    assert not target.exists()


def test_the_folder_can_be_moved(drawn, tmp_path: Path, files_of) -> None:
    case = drawn["EX-B-FIVE-DEFECTS"]
    moved = tmp_path / "moved"
    shutil.copytree(case.path.parent, moved)
    again = yaml.safe_load(io.StringIO((moved / case.path.name).read_text("utf-8")))
    assert all((moved / name).is_file() for name in files_of(again).values())
