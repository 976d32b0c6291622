"""The papers of a preservation on example A with asset clues and a guarantee letter: before the suit, in it, and after the instrument."""

from __future__ import annotations

import copy
from datetime import date

import pytest
import yaml

from casefiles.law import EXAMPLES, load_law
from casefiles.rules.contents import contents
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms.of_lawsuit import PAPERS as OF_LAWSUIT
from forms.of_preservation import PAPERS
from forms.papers import Subject

OWN = ("application", "asset_clue_list", "urgency_statement")
URGENCY = "2026年6月10日，申请人得知被申请人正与他人洽谈转让其厂房。\n该厂房系其名下唯一已知的不动产。"
EXAMPLE = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8"))
EXPECTED = EXAMPLE.pop("expected")
LETTER = {"id": "D30", "type": "guarantee_letter", "issuer": "示例担保有限公司", "amount": "832946.41", "valid_to": "2027-12-31"}
SUIT = [{"kind": "lawsuit", "court": "示例区人民法院", "case_no": "（2026）示0000民初9号", "filed_on": "2026-06-01"}]
JUDGMENT = {"id": "D40", "court": "示例区人民法院", "case_no": "（2026）示0000民初9号", "effective_on": "2026-06-01", "performance_days": 30,
            "items": [{"kind": "principal", "amount": "750000.00"}]}  # fmt: skip
CASE = EXAMPLE | {
    "court": "示例区人民法院",
    "asset_clues": [
        {"kind": "bank_account", "description": "示例银行无锡分行，账号62009999", "source": "历次付款回单"},
        {"kind": "immovable", "description": "厂房一处", "location": "无锡市示例区样本路88号", "identifier": "示不动产权第0000001号", "value": "2000000.00"},
    ],
    "documents": [*EXAMPLE["documents"], LETTER],
}
NOTHING = {"pdf": [], "docx": []}


def subject_of(changes=None, options=None, kind="preservation"):
    """The case with keys changed; a statement of urgency unless options say otherwise."""
    case = copy.deepcopy(CASE) | (changes or {})
    on = date.fromisoformat(case["as_of"])
    check = to_mapping(assess(read_case(case), "preservation", on, load_law(), ()))
    return Subject(case, check, kind, on, "买卖合同纠纷", options={"urgency": URGENCY} if options is None else options)


def lacking(texts, wanted):
    return {name: [value for value in wanted if value not in text] for name, text in texts.items()}


@pytest.fixture(scope="module")
def printed(rendered):
    """Each paper, made once: id -> {"pdf": text, "docx": text}."""
    subject = subject_of()
    return {item: rendered(PAPERS[item].make(subject)) for item in OWN}


def test_with_clues_and_a_letter_the_packet_can_be_made():
    subject = subject_of()
    assert subject.check["generation_allowed"]
    assert {item: PAPERS[item].missing(subject) for item in OWN} == {item: [] for item in OWN}


def test_the_application_states_every_field(printed):
    creditor, debtor = EXAMPLE["creditor"], EXAMPLE["debtor"]
    fee = f"{float(EXPECTED['fees']['preservation_fee_on_amount_in_dispute']):,.2f}元"
    wanted = [
        "财产保全申请书", "申请人（法人、非法人组织）", "被申请人（法人、非法人组织）", creditor["name"], creditor["uscc"], creditor["address"], debtor["name"], debtor["uscc"],
        "申请人送达地址、联系方式", "被申请人送达地址、联系方式", f"送达地址：{debtor['address']}",
        "请求依法查封、扣押、冻结被申请人示例北方装备制造有限公司名下价值832,946.41元的财产", "832,946.41元（大写：人民币捌拾叁万贰仟玖佰肆拾陆元肆角壹分）",
        "《设备配件买卖合同》（编号：XS-2024-0301）", "尚欠货款750,000.00元", "货款750,000.00元、逾期付款违约金82,946.41元，合计832,946.41元",
        "第一百零四条、第一百零五条", "具体情况见《情况紧急说明》", "1.银行账户：示例银行无锡分行，账号62009999；来源：历次付款回单",
        "2.不动产：厂房一处；所在地：无锡市示例区样本路88号；权利证号：示不动产权第0000001号；估值2,000,000.00元", "以上共2项，详见《财产线索清单》",
        "担保书（担保人：示例担保有限公司，担保金额832,946.41元，有效期至2027年12月31日）", "诉前保全提供相当于请求保全数额的担保", "三十日内依法提起诉讼或者申请仲裁",
        f"保全申请费：{fee}，由申请人预交，并将列入诉讼请求", "此致示例区人民法院", "申请人（签名、盖章）：示例江南精密机械有限公司", "2026年6月15日",
    ]  # fmt: skip
    assert lacking(printed["application"], wanted) == NOTHING


def test_the_urgency_is_what_the_person_said(printed):
    wanted = ["情况紧急说明", "示例区人民法院：", *URGENCY.splitlines(), "第一百零四条", "价值832,946.41元的财产", "三十日内", "申请人（签名、盖章）：示例江南精密机械有限公司"]
    assert lacking(printed["urgency_statement"], wanted) == NOTHING


def test_the_list_is_the_one_of_the_specification(printed):
    wanted = ["序号财产种类具体信息所在地权利证号线索来源估值（元）", "1银行账户示例银行无锡分行，账号62009999不详不详历次付款回单未估值",
              "2不动产厂房一处无锡市示例区样本路88号示不动产权第0000001号未说明2,000,000.00", "请求人民法院依法查封、扣押、冻结"]  # fmt: skip
    assert lacking(printed["asset_clue_list"], wanted) == NOTHING


def test_nothing_unfilled_is_printed(printed, placeholder):
    assert [placeholder.findall(text) for texts in printed.values() for text in texts.values()] == [[]] * len(OWN) * 2


@pytest.mark.parametrize(
    ("changes", "options", "item", "missing"),
    [
        pytest.param({"asset_clues": []}, None, "application", [("asset_clues", "asset_clues", True)], id="no clue"),
        pytest.param({"documents": EXAMPLE["documents"]}, None, "application", [("security", "documents", True)], id="no security"),
        pytest.param({"documents": [*EXAMPLE["documents"], LETTER | {"amount": "400000.00"}]}, None, "application", [("security.amount", "documents", False)],
                     id="security below the amount, before the suit"),
        pytest.param({"documents": [*EXAMPLE["documents"], LETTER | {"amount": "250000.00"}], "proceedings": SUIT}, None, "application", [], id="30 % is enough in a suit"),
        pytest.param({"preservation": {"amount": "832946.42"}, "documents": [LETTER | {"amount": "900000.00"}]}, None, "application", [("preservation.amount", "preservation.amount", True)], id="more than the claim"),
        pytest.param({"court": None}, None, "application", [("court", "preservation.court", True)], id="no court"),
        pytest.param({"preservation": {"security_exempt": True}}, {}, "application", [("security_reason", "answers.security_reason", True)], id="exempt without a reason"),
        pytest.param({}, {}, "urgency_statement", [("urgency", "answers.urgency", True)], id="nobody said why it is urgent"),
        pytest.param({}, {"urgency": " \n"}, "urgency_statement", [("urgency", "answers.urgency", True)], id="an empty statement"),
        pytest.param({"proceedings": SUIT}, {}, "urgency_statement", [], id="no urgency is asked for in a suit"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_its_place(changes, options, item, missing):
    found = PAPERS[item].missing(subject_of(changes, options))
    assert [(field.key, field.where, field.blocking) for field in found] == missing


def test_in_a_suit_its_number_and_the_lower_security_are_told():
    words = str(PAPERS["application"].make(subject_of({"proceedings": SUIT})))
    for said in ("（2026）示0000民初9号", "于2026年6月1日提起", "第一百零三条", "不超过请求保全数额的百分之三十"):
        assert said in words
    assert "情况紧急" not in words


def test_after_the_instrument_no_security_and_no_urgency_is_needed():
    subject = subject_of({"judgment": JUDGMENT, "preservation": {"security_exempt": True}}, {})
    assert PAPERS["application"].missing(subject) == PAPERS["urgency_statement"].missing(subject) == []
    words = str(PAPERS["application"].make(subject))
    for said in ("尚欠750,000.00元", "第一百六十三条", "第九条第二款，人民法院可以不要求提供担保", "履行期间届满后五日内申请执行"):
        assert said in words
    wanted = {item.id: item.required for item in contents(read_case(subject.case), "preservation", load_law())}
    assert not wanted["urgency_statement"]


def test_with_the_complaint_it_refers_to_it_and_to_no_list_that_is_not_there():
    words = str(OF_LAWSUIT["preservation_application"].make(subject_of(kind="lawsuit", options={})))
    assert "起诉（仲裁申请）材料一并提交" in words
    assert "财产线索清单" not in words


def test_a_guarantee_of_the_debt_is_no_security_for_the_measure():
    guarantor = {"name": "示例担保有限公司", "mode": "连带责任保证", "contract_id": "D30"}
    found = PAPERS["application"].missing(subject_of({"security": {"guarantor": guarantor}}))
    assert [field.key for field in found] == ["security"]


def test_a_chosen_amount_and_a_partys_own_reason_are_used():
    options = {"urgency": URGENCY, "preservation_reason": "被申请人已于2026年5月停止营业。"}
    words = str(PAPERS["application"].make(subject_of({"preservation": {"amount": "500000.00", "court": "样板区人民法院"}}, options)))
    assert "名下价值500,000.00元的财产" in words
    assert "被申请人已于2026年5月停止营业。" in words
    assert "样板区人民法院" in words
    assert "保全申请费" not in words  # the check's fee is that of the whole amount
