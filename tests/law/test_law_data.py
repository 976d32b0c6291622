"""The law data is whole: every id that is named exists, every text is there in both languages, the copies are readable."""

from __future__ import annotations

import pytest

from casefiles.law import EXAMPLES, LawError, Severity, load_law, read_yaml

LAW = load_law()


def nodes(value):
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from nodes(part)


def test_it_is_read_once():
    assert load_law() is load_law()


def test_the_size_of_the_specification():
    # counted in the files: 105 document types and our own `unsorted`, 45 elements, 30 checks, 7 packet kinds, 5 dispute types, 14 states, 7 roles
    sizes = [len(part) for part in (LAW.documents, LAW.elements, LAW.checks, LAW.packets, LAW.dispute_types, LAW.states, LAW.roles)]
    assert sizes == [106, 45, 30, 7, 5, 14, 7]


def test_conditions_name_known_documents_and_flags():
    for element in LAW.elements.values():
        for node in nodes((*element.primary, *element.corroborating)):
            assert "doc" not in node or node["doc"] in LAW.documents, element.id
            assert set(node.get("need", ())) <= set(LAW.need_flags), element.id
        assert set(element.checks) <= set(LAW.checks), element.id


def test_dispute_types_and_packets_name_known_elements():
    for dispute in LAW.dispute_types.values():
        assert set(dispute.elements) <= set(LAW.elements)
    for extra in LAW.packet_extra.values():
        assert set(extra.get("elements", ())) <= set(LAW.elements)


def test_every_check_stands_under_an_element_and_every_group_is_known():
    assert {check.home for check in LAW.checks.values()} <= set(LAW.elements)
    assert {kind.group for kind in LAW.documents.values()} <= set(LAW.groups)
    assert list(LAW.groups) == ["G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "P", "I"]


def test_both_languages_everywhere():
    for element in LAW.elements.values():
        assert all((element.name.zh, element.name.en, element.short.zh, element.short.en, element.remedy.zh, element.remedy.en)), element.id
    for check in LAW.checks.values():
        texts = [check.name, *check.titles.values(), *check.remedies.values()]
        assert all(text.zh and text.en for text in texts), check.id
    for flag in LAW.need_flags:
        assert LAW.need_flag_words[flag].zh
    assert all(words.zh and words.en for words in (*LAW.states.values(), *LAW.errors.values(), *LAW.packet_names.values()))


def test_the_chain_drawing_has_its_twelve_short_names():
    ids = ["C01_creditor_standing", "S01_contract", "S02_delivery", "S04_invoice", "S03_price_due", "C09_payments", "C13_balance", "C14_demand",
           "C04_limitation", "C07_damages_basis", "C06_security", "C05_jurisdiction"]  # fmt: skip
    assert [LAW.elements[name].short.zh for name in ids] == ["主体", "合同", "交付", "发票", "价款到期", "付款", "对账", "催告", "时效", "违约金", "担保", "管辖"]


@pytest.mark.parametrize(
    ("kind", "field", "wanted"),
    [
        pytest.param("bank_payment", "direction", ("choice", ("in", "out")), id="choice"),
        pytest.param("bank_payment", "paid_on", ("date", ()), id="date"),
        pytest.param("bank_payment", "amount", ("money", ()), id="money"),
        pytest.param("call_recording", "native_file", ("flag", ()), id="flag"),
        pytest.param("reconciliation_statement", "as_at", ("date", ()), id="as_at is a date"),
        pytest.param("reconciliation_statement", "lists", ("list", ()), id="list"),
        pytest.param("company_registry_extract_debtor", "status", ("choice", ("存续", "在业", "吊销", "注销", "迁出", "停业")), id="choice written as a pair"),
        pytest.param("preservation_liability_insurance", "premium", ("money", ()), id="premium"),
        pytest.param("vat_invoice", "amount_excl_tax", ("money", ()), id="tax"),
        pytest.param("contract", "title_zh", ("text", ()), id="common field"),
        pytest.param("contract", "n", ("number", ()), id="count"),
    ],
)
def test_fields_of_document_types(kind, field, wanted):
    found = next(f for f in LAW.documents[kind].fields if f.name == field)
    assert (found.kind, found.choices) == wanted


def test_no_document_type_has_a_field_twice():
    for kind in LAW.documents.values():
        names = [field.name for field in kind.fields]
        assert len(names) == len(set(names)), kind.id


def test_formats_are_extensions():
    assert LAW.documents["vat_invoice"].formats == ("pdf", "ofd", "xml")
    assert LAW.documents["partial_payment"].formats == ()


def test_severity_of_a_check_by_packet_and_circumstance():
    arbitration, service = LAW.checks["X08_arbitration_conflict"], LAW.checks["X06_demand_service"]
    assert arbitration.severity_of("arbitration_clause", "lawsuit") is Severity.BLOCKING
    assert arbitration.severity_of("arbitration_clause", "arbitration") is Severity.NONE
    assert service.severity_of("no_proof_of_delivery", "lawsuit", "other_demand_served_later_or_in_same_period") is Severity.INFO
    with pytest.raises(LawError):
        service.severity_of("no_such_code", "lawsuit")


def test_rates_are_in_order_and_marked_where_not_confirmed():
    days = [row.published for row in LAW.lpr]
    assert days == sorted(set(days))
    assert {row.status for row in LAW.lpr} == {"confirmed", "secondary"}
    assert LAW.checks["X13_rate_too_high"].verify


def test_holidays_of_the_years_on_file():
    assert sorted(LAW.holidays) == [2025, 2026]
    assert all(day.weekday() >= 5 for year in LAW.holidays.values() for day in year.working_weekends)


def test_words_name_nothing_the_law_does_not_know():
    words = read_yaml("words.yaml")
    assert set(words["elements"]) == set(LAW.elements)
    assert set(words["checks"]) == set(LAW.checks)
    for name, said in words["checks"].items():
        assert set(said["codes"]) <= set(LAW.checks[name].severity), name


def test_the_examples_are_there():
    assert sorted(path.name[:6] for path in EXAMPLES.glob("*.yaml")) == ["case-a", "case-b", "case-c", "case-d"]
