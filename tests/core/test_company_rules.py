"""The company's own rules: what a file of the instance changes, from when on, and how a wrong one stops the start."""

from datetime import date
from decimal import Decimal

import pytest

from casefiles import runtime
from casefiles.config import Config
from casefiles.errors import WrongSetting
from casefiles.law import LawError, company_rules, use_company_rules
from casefiles.law.company import read_company_rules

RULE = "rules:\n  overdue_days: {value: 60, effective_from: '2026-07-01', source: 应收账款管理办法第8条}\n"


@pytest.fixture(autouse=True)
def built_in_rules_afterwards():
    yield
    use_company_rules(None)


def own(tmp_path, text):
    file = tmp_path / "company.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("day", "days", "source"),
    [
        pytest.param("2026-06-30", 90, "company rule", id="before its day the built-in rule"),
        pytest.param("2026-07-01", 60, "应收账款管理办法第8条", id="from its day on the company's own"),
        pytest.param("2019-01-01", 90, "company rule", id="before all of them the oldest"),
    ],
)
def test_a_rule_applies_from_its_day_on(day, days, source, tmp_path):
    rules = read_company_rules(own(tmp_path, RULE)).on(date.fromisoformat(day))
    assert (rules.overdue_days, rules.sources["overdue_days"], rules.broken_promises) == (days, source, 2)


def test_a_sum_is_exact_and_empty_files_change_nothing(tmp_path):
    text = "version: 1\nrules:\n  open_amount: {value: '1000000.10', effective_from: '2026-01-01'}\n"
    assert read_company_rules(own(tmp_path, text)).on(date(2026, 1, 1)).open_amount == Decimal("1000000.10")
    assert read_company_rules(own(tmp_path, "")) == read_company_rules(tmp_path / "absent.yaml") == read_company_rules()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("rules:\n  overdue: {value: 60, effective_from: '2026-07-01'}\n", "line 2: 'overdue' is no rule of the company; known are broken_promises", id="a rule nobody knows"),
        pytest.param("rules:\n  overdue_days: {value: sixty, effective_from: '2026-07-01'}\n", "line 2: overdue_days.value is 'sixty'", id="words for a number"),
        pytest.param("rules:\n  overdue_days:\n    value: -1\n    effective_from: '2026-07-01'\n", "line 3: overdue_days.value is '-1'", id="negative days"),
        pytest.param("rules:\n  broken_promises: {value: 0, effective_from: '2026-07-01'}\n", "from 1 to", id="no broken promise is no reason"),
        pytest.param("rules:\n  open_amount: {value: 500000, effective_from: '2026-07-01'}\n", "with two decimals, in quotes", id="a sum without decimals"),
        pytest.param("rules:\n  overdue_days: {value: 60}\n", "line 2: overdue_days lacks 'effective_from'", id="no day"),
        pytest.param("rules:\n  overdue_days: {value: 60, effective_from: next year}\n", "effective_from is 'next year'", id="no date"),
        pytest.param("rules:\n  overdue_days: {value: 60, effective_from: '2026-07-01', valeu: 1}\n", "no key 'valeu'", id="a misspelt key"),
        pytest.param("rules: 60\n", "line 1: a mapping (key: value) was expected here", id="no rules in it"),
        pytest.param("- 60\n", "line 1: a mapping", id="a list"),
        pytest.param("rule:\n  overdue_days: {}\n", "the key 'rule' is not known", id="a misspelt head"),
        pytest.param("rules: {\n", "not readable as YAML", id="no YAML"),
    ],
)
def test_a_wrong_file_names_itself_the_line_and_the_key(text, said, tmp_path):
    with pytest.raises(LawError) as wrong:
        read_company_rules(own(tmp_path, text))
    assert str(tmp_path / "company.yaml") in str(wrong.value)
    assert said in str(wrong.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "company.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LawError, match="not UTF-8 text"):
        read_company_rules(tmp_path / "company.yaml")


def test_the_start_takes_the_file_of_the_data_folder(tmp_path):
    own(tmp_path, RULE)
    runtime.start(Config.embedded(tmp_path, "x" * 40))
    assert company_rules().on(date(2026, 8, 1)).overdue_days == 60


def test_a_wrong_file_stops_the_start_with_a_sentence(tmp_path):
    own(tmp_path, "rules: {overdue_days: {value: x, effective_from: '2026-01-01'}}\n")
    with pytest.raises(WrongSetting, match=r"overdue_days.value is 'x'.*nothing was started"):
        runtime.start(Config.embedded(tmp_path, "x" * 40))


def test_the_next_instance_of_the_process_does_not_keep_them(tmp_path):
    own(tmp_path, RULE)
    runtime.start(Config.embedded(tmp_path, "x" * 40))
    runtime.start(Config.embedded(tmp_path / "other", "x" * 40))
    assert company_rules().on(date(2026, 8, 1)).overdue_days == 90
