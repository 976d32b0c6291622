"""Every worked example of calculators.yaml holds through `casefiles calc`, one run a calculator, on a machine without any instance."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from casefiles.cli import main
from casefiles.law import load_law

NOT_CALCULATORS = {"version", "law_as_of", "rounding", "display", "errors", "lpr_table"}
NAMES = [name for name in load_law().calculators if name not in NOT_CALCULATORS]
EXPLAINING = {"title", "id"}


def calc(name, given, folder):
    """The command in this process; one test below starts a process of its own."""
    return CliRunner().invoke(main, ["calc", name, "--json"], input=json.dumps(given), env={"CASEFILES_DATA": str(folder / "none"), "DATABASE_URL": None})


def test_a_process_of_its_own_answers_the_same(tmp_path):
    example = load_law().calculators["payment_order_fee"]["examples"][0]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEFILES_") and k != "DATABASE_URL"} | {"CASEFILES_DATA": str(tmp_path / "none")}
    ended = subprocess.run(
        [sys.executable, "-m", "casefiles.cli", "calc", "payment_order_fee", "--json"], input=json.dumps(example), env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, json.loads(ended.stdout)) == (0, json.loads(calc("payment_order_fee", example, tmp_path).stdout))


def test_there_are_eighteen():
    assert len(NAMES) == 18


@pytest.mark.parametrize("name", NAMES)
def test_the_worked_examples_of(name, tmp_path):
    examples = load_law().calculators[name]["examples"]
    ended = calc(name, examples, tmp_path)
    assert ended.exit_code == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert len(told) == len(examples)
    for wanted, got in zip(examples, told, strict=True):
        assert {key: got.get(key) for key in wanted if key not in EXPLAINING} == {key: value for key, value in wanted.items() if key not in EXPLAINING}
        assert got["working"] or "error" in wanted
    assert not (tmp_path / "none").exists()  # a calculator makes no instance


def test_figures_given_are_computed_not_believed(tmp_path):
    example = load_law().calculators["court_acceptance_fee"]["examples"][0] | {"fee": "1.00"}
    assert json.loads(calc("court_acceptance_fee", example, tmp_path).stdout)["fee"] == "50.00"  # 8,000.00 is in the first bracket: 50 fixed


@pytest.mark.parametrize(
    ("name", "given", "key"),
    [
        pytest.param("overdue_damages", {"principal": "1.00", "due_date": "2026-02-30", "cut_off_inclusive": "2026-05-01", "payments": [], "mode": "daily", "daily": "0.001"}, "due_date", id="30 February"),
        pytest.param("court_acceptance_fee", {}, "amount", id="a missing sum"),
        pytest.param("court_acceptance_fee", {"amount": 8000.5}, "amount", id="a sum as a float"),
        pytest.param("preservation_expiry", {"measure_date": "2026-01-01", "asset": "boat"}, "asset", id="an unknown kind of asset"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_that_names_the_key(name, given, key, tmp_path):
    ended = calc(name, given, tmp_path)
    assert ended.exit_code == 2
    assert key in ended.stderr
    assert isinstance(ended.exception, SystemExit)
