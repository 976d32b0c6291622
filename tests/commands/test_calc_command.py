"""casefiles calc and casefiles law: JSON in, JSON out, sentences on stderr, and no instance made by asking."""

import json

import pytest
from click.testing import CliRunner

from casefiles import supplements
from casefiles.cli import main
from casefiles.db import session
from casefiles.law import package_law
from casefiles.rules.calculators import CALCULATORS
from tests.commands.conftest import KEY, Ran

EXAMPLES = package_law().calculators
FEE = {"amount": "438364.50"}


@pytest.fixture(autouse=True)
def package_law_afterwards():
    yield
    session.remove()
    supplements.use_package_alone()


@pytest.fixture
def calc(tmp_path):
    """calc("day_count", {...}, "--json"): the command on a data folder that does not exist."""

    def calc(name, given, *options, data=tmp_path / "nothing"):
        text = given if isinstance(given, str | bytes) else json.dumps(given)
        env = {"CASEFILES_DATA": str(data), "CASEFILES_SECRET_KEY": KEY, "CASEFILES_FONTS": None, "DATABASE_URL": None}
        done = CliRunner().invoke(main, ["calc", *filter(None, [name]), *options], input=text, env=env)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert not (tmp_path / "nothing").exists()
        return Ran(done.exit_code, done.stdout, done.stderr)

    return calc


@pytest.mark.parametrize("name", list(CALCULATORS))
def test_the_examples_of_a_calculator_in_one_list(calc, name):
    rows = EXAMPLES[name]["examples"]
    done = calc(name, rows, "--json")
    assert done.code == 0
    assert [{key: answer.get(key) for key in row} for row, answer in zip(rows, done.json, strict=True)] == rows


def test_an_object_answers_an_object(calc):
    answer = calc("court_acceptance_fee", FEE, "--json").json
    assert (answer["fee"], answer["half"], answer["amount"]) == ("7875.47", "3937.73", "438364.50")


def test_a_refusal_is_an_answer(calc):
    done = calc("court_acceptance_fee", {"amount": "0.00", "fee": "50.00"}, "--json")
    assert (done.code, done.json["error"], "fee" in done.json) == (0, "amount_not_positive", False)


def test_people_get_the_working_in_both_languages(calc):
    done = calc("court_acceptance_fee", FEE)
    assert done.code == 0
    assert "438,364.50 × 1.5% + 1,300 = 7,875.4675" in done.out
    assert "案件受理费：7,875.47" in done.out
    assert "Acceptance fee: 7,875.47" in done.out


def test_people_are_told_why_nothing_was_computed(calc):
    done = calc("rmb_uppercase", {"amount": "-1.00"})
    assert (done.code, "金额不得为负数" in done.out, "must not be negative" in done.out) == (0, True, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({}, "amount: is missing", id="missing"),
        pytest.param({"amount": 1.5}, "amount: 1.5 is a JSON number", id="a fraction"),
        pytest.param('{"amount": NaN}', "amount: nan is no number", id="NaN"),
        pytest.param('{"amount": 1e400}', "amount: inf is no number", id="1e400"),
        pytest.param('{"amount": "1", "amount": "2"}', "amount: stands there twice", id="a key twice"),
        pytest.param("", "no JSON", id="nothing"),
        pytest.param("{", "no JSON", id="half an object"),
        pytest.param("3", "one JSON object or a list", id="a number"),
        pytest.param('{"amount": ' + "9" * 5000 + "}", "no JSON", id="five thousand digits"),
        pytest.param("[" * 100_000, "nested", id="too deep"),
        pytest.param(b"\xff\xfe{}", "UTF-8", id="no UTF-8"),
    ],
)
@pytest.mark.parametrize("options", [("--json",), ()])
def test_what_cannot_be_read_is_named_on_stderr(calc, given, said, options):
    done = calc("court_acceptance_fee", given, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_input_with_a_byte_order_mark_is_read(calc):
    assert calc("court_acceptance_fee", b"\xef\xbb\xbf" + json.dumps(FEE).encode(), "--json").json["fee"] == "7875.47"


def test_a_list_is_answered_element_by_element(calc):
    done = calc("court_acceptance_fee", [FEE, {"amount": "x", "fee": "1.00"}, 3, {"amount": "0"}], "--json")
    good, bad, none, refused = done.json
    assert done.code == 2
    assert (good["fee"], refused["error"]) == ("7875.47", "amount_not_positive")
    assert (bad["error"], bad["key"], "fee" in bad, none["error"]) == ("bad_input", "amount", False, "bad_input")
    assert "[1].amount: 'x' is no amount" in done.err
    assert "[2]: must be a JSON object" in done.err


def test_an_empty_list_is_answered_by_one(calc):
    assert calc("day_count", [], "--json").json == []


@pytest.mark.parametrize("name", [None, "fee"])
def test_without_a_known_name_the_calculators_are_listed(calc, name):
    done = calc(name, FEE)
    assert done.code == 2
    assert all(known in done.err for known in CALCULATORS)


def test_imported_rows_count_once_there_is_an_instance(run, calc, data, tmp_path):
    file = tmp_path / "lpr.csv"
    file.write_text("date,1y,5y\n2025-05-20,2.00,3.00\n", encoding="utf-8")
    refused = run("law", "import", "lpr", file)
    assert (refused.code, "lpr.csv:2: 2025-05-20 contradicts the confirmed row on file" in refused.err) == (1, True)
    assert run("law", "import", "lpr", file, "--replace", "--json").json == {"table": "lpr", "added": [], "replaced": ["2025-05-20"], "unchanged": 0}
    given = {"contract_date": "2025-06-01", "agreed_annual": "24%"}
    assert calc("private_lending_cap", given, "--json", data=data).json["cap"] == "8.00%"
    assert calc("private_lending_cap", given, "--json").json["cap"] == "12.00%"


def test_a_database_older_than_the_table_is_named(calc, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "casefiles.sqlite").touch()
    done = calc("court_acceptance_fee", FEE, "--json", data=folder)
    assert (done.code, done.json["fee"]) == (0, "7875.47")
    assert "The database did not answer" in done.err


def test_law_status(run):
    told = run("law", "status", "--json").json
    assert told["lpr"]["last_confirmed"]["date"] == "2026-04-20"
    assert told["holidays"]["years"] == [2025, 2026]
    words = run("law", "status")
    assert words.code == 0
    assert "last confirmed LPR" in words.out


def test_law_import_of_an_unknown_table_is_wrong_use(run, tmp_path):
    assert run("law", "import", "rates", __file__).code == 2
    assert run("law", "import", "lpr", tmp_path / "none.csv").code == 2
