"""The calculators as pages: every worked example of the specification, in two languages, and sentences instead of faults for everything else."""

from __future__ import annotations

import html
import re

import pytest

from casefiles.law import load_law
from casefiles.rules.calculators import CALCULATORS
from casefiles.web import calculator_entry as entry
from casefiles.web import calculator_words

OD9 = {
    "principal": "50000", "due_date": "2025-09-30", "cut_off_inclusive": "2025-12-31", "mode": "daily", "daily": "0.0002",
    "payments-0-date": "2025-11-01", "payments-0-amount": "20000", "payments-1-date": "2025-12-11", "payments-1-amount": "35,000.00",
    "payments-2-date": "2026-01-05", "payments-2-amount": "1000",
}  # fmt: skip
SET_OFF = {"before-costs": "3937.73", "before-interest": "18364.50", "before-principal": "420000.00", "payment": "150000.00"}
LENDING = {"contract_date": "2019-11-01", "agreed_annual": "24%", "filing_date": "2025-06-10"}


def typed(name: str, example: dict) -> dict[str, str]:
    """An example of the specification as a person would type it."""
    arguments = {}
    for field in CALCULATORS[name].fields:
        value = example.get(field.name)
        if field.kind == "payments":
            arguments |= {f"{field.name}-{row}-{key}": payment[key] for row, payment in enumerate(value or []) for key in ("date", "amount")}
        elif field.kind == "amounts":
            arguments |= {f"{field.name}-{part}": value[part] for part in ("costs", "interest", "principal")}
        elif value is not None:
            arguments[field.name] = str(value)
    return arguments


def sent(client, name: str, arguments: dict[str, str]):
    return client.get(f"/calculators/{name}", query_string=arguments)


def text_of(page: str) -> str:
    """What is read on a page, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_groups_hold_every_calculator_once():
    named = [name for _title, names in calculator_words.GROUPS for name in names]
    assert sorted(named) == sorted(CALCULATORS)
    assert set(calculator_words.MAIN) == set(CALCULATORS)


def test_every_output_and_choice_has_its_words():
    beside = {"segments", "applied", "after", "order", "ignored_payments"}
    assert {key for c in CALCULATORS.values() for key in c.outputs} - beside - set(calculator_words.OUTPUTS) == set()
    assert {choice for c in CALCULATORS.values() for field in c.fields for choice in field.choices} - set(calculator_words.CHOICES) == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_list_leads_to_every_calculator(app, signed_in, language):
    page = signed_in("admin", language=language).get("/calculators").text
    for name, calculator in CALCULATORS.items():
        assert f'href="/calculators/{name}"' in page
        assert (calculator.title.en if language == "en" else calculator.title.zh) in html.unescape(page)


@pytest.mark.parametrize("name", sorted(CALCULATORS))
def test_every_example_of_the_specification_stands_on_its_page(app, signed_in, name):
    """The figure looked for, and every segment, as the specification has them."""
    clients = signed_in("legal_staff", language="en"), signed_in("legal_staff", language="zh")
    for example in load_law().calculators[name]["examples"]:
        if name == "partial_payment_set_off" and example["order"][0] == "principal":
            example = example | {"mode": "principal_first"}  # noqa: PLW2901 - the vector says it by its order, a person by the mode
        answers = [sent(client, name, typed(name, example)) for client in clients]
        if "error" in example:
            assert [answer.status_code for answer in answers] == [400, 400], example
            assert load_law().errors[example["error"]].zh.split("，")[0] in answers[1].text
            continue
        assert [answer.status_code for answer in answers] == [200, 200], example
        first, _dot, rest = calculator_words.MAIN[name].partition(".")
        wanted = example[first][rest] if rest else example[first]
        figures = [f"{float(s['amount']):,.2f}" for s in example.get("segments", ())]  # for the eye only: the rules hold Decimals
        for answer in answers:
            main = text_of(re.search(r'class="figure.*?</p>', answer.text, re.DOTALL)[0])
            if not isinstance(wanted, bool):
                assert str(wanted) in main.replace(",", ""), (example, main)
            assert all(figure in answer.text for figure in figures), example


@pytest.mark.parametrize(
    ("name", "arguments", "language", "said"),
    [
        pytest.param("overdue_damages", OD9, "en", ["¥550.00", "¥310.00", "¥240.00", "Paid above what is owed ¥5,000.00", "left out Date Amount 2026-01-05 ¥1,000.00"], id="OD9"),
        pytest.param("overdue_damages", OD9, "zh", ["¥550.00", "截止日之后的付款（未计入）", "演算过程", "《民法典》第579条"], id="OD9 in Chinese"),
        pytest.param("partial_payment_set_off", SET_OFF, "en", ["Principal left ¥292,302.23", "Applied ¥3,937.73 ¥18,364.50 ¥127,697.77"], id="set-off"),
        pytest.param("private_lending_cap", LENDING, "en", ["12.00%", "✕ Above the cap", "Applies from 2020-08-20", "LPR, 1 year 3.00%"], id="old loan, later suit"),
        pytest.param("time_limits", {"trigger_date": "2024-02-29", "years": "3"}, "zh", ["2027-02-28", "需2027年节假日安排", "待核实"], id="no calendar yet"),
        pytest.param("uscc_check_digit", {"uscc": "91000000MA0AAAA1X0"}, "zh", ["校验位不符", "待核实"], id="wrong check digit"),
        pytest.param(
            "overdue_damages", {"principal": "100000", "due_date": "2019-05-31", "cut_off_inclusive": "2019-12-31", "mode": "pboc_then_lpr"}, "zh",
            ["¥3,770.55", "一年期贷款基准利率 4.35", "待核实：2019-08-20之前"], id="benchmark rate, named in Chinese",
        ),
    ],
)  # fmt: skip
def test_a_result_with_its_working(app, signed_in, name, arguments, language, said):
    answer = sent(signed_in("legal_staff", language=language), name, arguments)
    assert answer.status_code == 200
    page = text_of(answer.text)
    assert [words for words in said if words not in page] == []


@pytest.mark.parametrize(
    ("name", "arguments", "place", "sentence"),
    [
        pytest.param("overdue_damages", OD9 | {"principal": "viel"}, "principal", "Principal: 'viel' is no amount", id="no amount"),
        pytest.param("overdue_damages", OD9 | {"due_date": ""}, "due_date", "Due date is missing", id="missing"),
        pytest.param("overdue_damages", OD9 | {"due_date": "2025-02-30"}, "due_date", "2025-02-30 is no day of the calendar", id="30 February"),
        pytest.param("overdue_damages", OD9 | {"daily": ""}, "daily", "Daily rate is needed where the mode is daily", id="rate of the mode"),
        pytest.param("overdue_damages", OD9 | {"payments-1-amount": ""}, "payments", "Payments, row 2 – Amount is missing", id="half a payment"),
        pytest.param("overdue_damages", OD9 | {"payments-1-amount": "-5"}, "payments", "the amount must not be negative", id="negative payment"),
        pytest.param("partial_payment_set_off", SET_OFF | {"before-interest": "x"}, "before", "Before – Interest: 'x' is no amount", id="one part"),
        pytest.param("court_acceptance_fee", {"amount": "0"}, "amount", "the amount must be above zero", id="refused"),
        pytest.param("day_count", {"start": "2026-06-16", "end_inclusive": "2026-06-15"}, "end_inclusive", "the end date lies before", id="end before start"),
        pytest.param("private_lending_cap", LENDING | {"filing_date": ""}, "filing_date", "the filing date is needed", id="filing date"),
        pytest.param("guarantee_period", {"main_debt_due": "2025-06-30", "agreed_period": "soon"}, "agreed_period", "cannot be read", id="unreadable period"),
        pytest.param(
            "overdue_damages", OD9 | {"mode": "floating", "due_date": "2019-05-31"}, "mode", "use “Benchmark rate, from 2019-08-20 LPR”", id="names the choice as the page does",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_reckoned_is_said_at_its_field(app, signed_in, name, arguments, place, sentence):
    answer = sent(signed_in("legal_staff"), name, arguments)
    assert answer.status_code == 400
    under = re.search(rf'<div class="error" id="f-{place}-hint">(.*?)</div>', answer.text, re.DOTALL)
    assert under, "no sentence at the field"
    assert sentence in text_of(under[1])
    assert 'aria-invalid="true"' in answer.text
    assert 'class="figure' not in answer.text


HOSTILE = ["", "-1", "9" * 500, "1e9", "NaN", "∞", "０", "\x00", "9999-12-31", "2200-12-31", "999 years", "until 9999-99-99", "💥", "%s{}", "'\"><svg>"]


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(CALCULATORS))
def test_no_input_is_a_fault_of_ours(app, signed_in, name):
    client = signed_in("legal_staff")
    good = next(example for example in load_law().calculators[name]["examples"] if "error" not in example)
    for key in [*typed(name, good), *(field.name for field in CALCULATORS[name].fields), "payments-0-date", "principal_payments-0-amount", "payments-99-date"]:
        for value in HOSTILE:
            assert sent(client, name, typed(name, good) | {key: value}).status_code in {200, 400}, (key, value)


def test_text_cannot_script(app, signed_in):
    evil = "<script>alert(1)</script>"
    for name, calculator in CALCULATORS.items():
        answer = sent(signed_in("legal_staff"), name, {field.name: evil for field in calculator.fields})
        assert evil not in answer.text, name
        assert "&lt;script&gt;" in answer.text, name


def test_an_unknown_name_is_not_there(app, signed_in):
    assert signed_in("legal_staff").get("/calculators/black_magic").status_code == 404


def test_the_form_asks_before_it_reckons(app, signed_in):
    answer = signed_in("legal_staff").get("/calculators/overdue_damages")
    assert answer.status_code == 200
    assert "The result will stand here" in answer.text
    assert 'class="error"' not in answer.text


@pytest.mark.parametrize("name", sorted(CALCULATORS))
def test_the_example_fills_the_form(app, signed_in, name):
    client = signed_in("legal_staff")
    page = client.get(f"/calculators/{name}").text
    link = html.unescape(re.search(r'<a href="([^"]+)">Try with an example', page)[1])
    filled = client.get(link)
    assert filled.status_code == 200
    assert 'class="figure' in filled.text


def test_more_rows_without_script_keep_what_was_typed(app, signed_in):
    page = sent(signed_in("legal_staff"), "overdue_damages", OD9 | {"rows": "7"}).text
    assert page.count('class="payment-row"') == 7
    assert 'value="35,000.00"' in page
    assert 'class="figure' not in page  # the button asks for rows, not for a result
    assert sent(signed_in("legal_staff"), "overdue_damages", OD9).text.count('class="payment-row"') == 4  # one more than was typed


def test_enter_calculates_and_asks_for_no_rows(app, signed_in):
    """Enter presses the first button of a form, with and without script."""
    page = signed_in("legal_staff").get("/calculators/overdue_damages").text
    form = page[page.index('<form class="panel'):]
    assert "name=" not in re.search(r"<button[^>]*>", form)[0]


def test_rows_are_counted_as_they_are_seen(app, signed_in):
    """Rows left empty in between go away, so that the sentence names the row one sees."""
    arguments = {key: value for key, value in OD9.items() if "payments" not in key} | {"payments-3-date": "2025-11-01", "payments-3-amount": "x"}
    page = sent(signed_in("legal_staff"), "overdue_damages", arguments).text
    assert "Payments, row 1 – Amount: &#39;x&#39; is no amount" in page
    assert 'name="payments-0-amount" value="x"' in page


def test_rows_have_an_end(app, signed_in):
    page = sent(signed_in("legal_staff"), "overdue_damages", OD9 | {"rows": "99999"}).text
    assert page.count('class="payment-row"') == 60


def test_a_rate_may_be_written_as_in_the_contract(app, signed_in):
    client = signed_in("legal_staff", language="zh")
    for written in ("0.0002", "0.02%", "万分之二", "万二", "0.2‰", "０．０２％"):
        assert "¥550.00" in sent(client, "overdue_damages", OD9 | {"daily": written}).text, written


@pytest.mark.parametrize(
    ("written", "rate"),
    [("万分之五", "0.0005"), ("日万分之一点五", "0.00015"), ("千分之三", "0.003"), ("百分之六", "0.06"), ("万5", "0.0005"), ("0.5‰", "0.0005"),
     ("0.05%", "0.05%"), ("万分之五十", "万分之五十"), ("万分之一点点", "万分之一点点"), ("x", "x")],
)  # fmt: skip
def test_rates_in_words(written, rate):
    assert entry.rate(written) == rate


@pytest.mark.parametrize(
    ("written", "period"),
    [("两年", "2 years"), ("24个月", "24 months"), ("至2027-03-31", "until 2027-03-31"), ("直至主债务清偿完毕之日止", "until the debt is fully repaid"),
     ("2 years", "2 years"), ("很久", "很久")],
)  # fmt: skip
def test_periods_in_words(written, period):
    assert entry.period(written) == period
