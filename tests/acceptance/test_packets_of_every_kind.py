"""Packets of other kinds from the demonstration cases with their drawn documents, through the command line."""

import json
import subprocess

import pytest

REFUSED = [
    pytest.param("preservation", {"element:E04_asset_clues", "element:P01_preservation_guarantee"}, id="preservation: no asset clue, no guarantee"),
    pytest.param("arbitration", {"check:X08_arbitration_conflict:no_arbitration_agreement"}, id="arbitration: no agreement"),
]
BUILT = [
    pytest.param("EX-A-COMPLETE", "payment_order", id="A as payment order", marks=pytest.mark.long),
    pytest.param("EX-C-INSOLVENCY", "insolvency_claim", id="C as insolvency claim", marks=pytest.mark.long),
    pytest.param("EX-D-WRITE-OFF", "write_off_archive", id="D as write-off archive", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("kind", "findings"), REFUSED)
def test_a_is_refused_with_its_findings(demo, tmp_path, kind, findings):
    ran = demo.run("packet", "build", "EX-A-COMPLETE", kind, "--out", tmp_path / kind, "--json")
    assert ran.code == 1
    assert {finding["key"] for finding in ran.json["findings"]} == findings
    assert not (tmp_path / kind).exists()


@pytest.mark.parametrize(("case_id", "kind"), BUILT)
def test_it_is_built_whole_and_read_back(demo, tmp_path, qpdf_path, case_id, kind):
    out = tmp_path / kind
    ran = demo.run("packet", "build", case_id, kind, "--out", out, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["draft"] is False
    verified = demo.run("packet", "verify", out)
    assert verified.code == 0, verified.err
    assert subprocess.run([qpdf_path, "--check", out / "bundle.pdf"], capture_output=True, check=False).returncode == 0
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (told["kind"], told["frozen"]) == (kind, False)
    slips = [part["id"] for part in told["parts"] if part["slip"]]
    sound = [entry["exhibit"] for entry in told["sources"] if entry["native"]]
    assert set(slips) == set(sound)  # recordings only: every paper of the demonstration is bound
