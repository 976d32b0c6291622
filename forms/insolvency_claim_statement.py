"""债权申报书 (statement of an insolvency claim): the request, the facts and the calculation in running text, addressed to the administrator.

《企业破产法》第44条至第49条 (Enterprise Bankruptcy Law arts. 44-49): claims are filed with the administrator within the period of the announcement, in writing,
with the amount, whether they are secured, and whether they are joint. A late one is a supplementary claim: art. 56. No national form exists; an
administrator's own form goes first and is filled by hand, as this version imports no form of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from forms.causes import dispute_of
from forms.claim import ZERO, Case, amount
from forms.contract_words import demand_words
from forms.figures import day, figures, in_words, listed
from forms.form import Form, Notice, Paragraphs, Signature, Strong, line
from forms.insolvency_calculation import INSOLVENCY_LAW, Filed, basis, deemed_due, doubled_words, filed
from forms.instrument import instrument_name
from forms.narrative import payments_in, set_off_words
from forms.performance import contract_paragraph, performance_paragraph
from forms.sides import Sides, sides_of

KIND, FILES = "insolvency_claim", "申报人"
APPOINTED = "受理法院指定的管理人"


def insolvency_claim_statement(case: Case, check: Mapping[str, Any], exhibits: int, filed_on: date) -> Form:
    """The statement; `insolvency_claim_form.missing` says what must be there before it is made."""
    sums, insolvency, creditor, debtor = filed(case, check), case["insolvency"], case["creditor"], case["debtor"]
    return Form(
        id="claim_statement",
        title="债权补充申报书" if late(check) else "债权申报书",
        parts=(
            Paragraphs(
                (
                    line(Strong("申报人（债权人）："), f"{_party(creditor)}。"),
                    *(line(Strong("委托代理人："), f"{_agent(agent)}。") for agent in case.get("agents") or ()),
                    line(Strong("债务人："), f"{_party(debtor)}。"),
                    line(Strong("破产案件："), f"{insolvency['court']}{insolvency['case_no']}（{insolvency['procedure']}）。"),
                ),
                flush=True,
            ),
            *late_notice(check),
            Paragraphs((line(Strong("申报请求")), *(line(text) for text in _requests(case, check, sums)))),
            Paragraphs((line(Strong("事实与理由")), *(line(text) for text in facts(case, check, sums)))),
            Paragraphs((line(Strong("计算说明")), *(line(text) for text in _calculation(case, check, sums)))),
            Paragraphs((line("此致"), line(Strong(administrator(case))), line(_enclosed(exhibits))), flush=True),
            Signature("申报人（签名、盖章）", str(creditor["name"]), day(filed_on)),
        ),
    )


def late(check: Mapping[str, Any]) -> bool:
    """Whether the period to file was over on the day of the check: a supplementary claim (art. 56)."""
    return bool((check.get("deadlines") or {}).get("late"))


def late_notice(check: Mapping[str, Any]) -> tuple[Notice, ...]:
    """The words of art. 56 in a box, where the period is over."""
    if not late(check):
        return ()
    end = day(check["deadlines"]["claim_deadline"])
    return (Notice("补充申报", (line(
        f"债权申报期限已于{end}届满，申报人依据{INSOLVENCY_LAW}第五十六条第一款，在破产财产最后分配前补充申报；此前已进行的分配不再补充分配，"
        "审查和确认补充申报债权的费用由申报人承担。"),)),)  # fmt: skip


def administrator(case: Case) -> str:
    """The administrator by name, or whom the court appointed."""
    return str(case["insolvency"].get("administrator") or APPOINTED)


def principal_words(case: Case) -> str:
    """货款本金, 租金本金, 借款本金: what is owed by the kind of dispute."""
    return f"{dispute_of(case).price.removesuffix('本金')}本金"


def facts(case: Case, check: Mapping[str, Any], sums: Filed) -> tuple[str, ...]:
    """When and why the claim arose, paragraph by paragraph, out of what the case file knows; the last one tells of the insolvency itself."""
    sides = sides_of(case, KIND)
    sides = replace(sides, roles=replace(sides.roles, own=FILES))
    said = (
        contract_paragraph(case, sides) if case.get("contract") else "", performance_paragraph(case, check, sides), _payments(case, check), _open(case, sums),
        _acknowledged(case, sides), _instrument(case), _acceptance(case),
    )  # fmt: skip
    return tuple(text for text in said if text)


def nature_words(check: Mapping[str, Any]) -> str:
    """Secured up to what, ordinary for the rest (art. 109)."""
    secured, ordinary = amount(check["secured_amount"]), amount(check["ordinary_amount"])
    if not secured:
        return f"普通债权{figures(ordinary)}元，无债务人财产担保"
    objects = listed([str(each) for each in check["collateral"]]) or "担保财产"
    if not check["collateral_value_known"]:
        return f"有财产担保债权{figures(secured)}元，就{objects}优先受偿；担保财产价值以评估或者变现所得为准，超出部分转为普通债权"
    rest = f"，其余{figures(ordinary)}元为普通债权" if ordinary else ""
    return f"有财产担保债权{figures(secured)}元，就{objects}优先受偿{rest}"


def _requests(case: Case, check: Mapping[str, Any], sums: Filed) -> Iterator[str]:
    parts = [f"{principal_words(case)}{figures(sums.principal)}元"]
    parts += [f"借款期内利息{figures(sums.term_interest)}元"] if sums.term_interest else []
    parts += [f"{sums.damages_name}{figures(sums.damages)}元（计算至{day(sums.last_day)}）"] if sums.damages else []
    parts += [f"其他费用{figures(sums.costs)}元"] if sums.costs else []
    yield f"1. 请求确认申报人对债务人享有债权共计{figures(sums.total)}元（大写：人民币{in_words(sums.total)}），其中{'，'.join(parts)}。"
    yield f"2. 请求确认上述债权的性质：{nature_words(check)}。"
    if sums.doubled:
        yield f"3. 另行申报破产申请受理前的加倍部分债务利息{figures(sums.doubled)}元：{doubled_words()}"


def _agent(agent: Mapping[str, Any]) -> str:
    return "，".join(str(agent[key]) for key in ("name", "firm") if agent.get(key))


def _party(party: Mapping[str, Any]) -> str:
    said = [str(party["name"])]
    said += [f"统一社会信用代码{party['uscc']}"] if party.get("uscc") else [f"证件号码{party['id_number']}"] if party.get("id_number") else []
    said += [f"住所地{party['address']}"] if party.get("address") else []
    said += [f"法定代表人{party['legal_representative']}"] if party.get("legal_representative") else []
    return "，".join(said)


def _payments(case: Case, check: Mapping[str, Any]) -> str:
    enforced = [(item["date"], amount(item["amount"])) for item in (case.get("enforcement") or {}).get("recovered") or ()]  # told with the enforcement
    paid = [item for item in payments_in(case) if (item.get("date") or item.get("paid_on"), amount(item["amount"])) not in enforced]
    if not paid:
        return ""
    each = listed([f"{day(item.get('date') or item.get('paid_on'))}支付{figures(amount(item['amount']))}元" for item in paid])
    returned = case.get("credit_notes") or []
    less = f"因退货、折让等冲减{figures(sum((amount(item['amount']) for item in returned), ZERO))}元。" if returned else ""
    to_what = "".join(set_off_words(check)) if case["dispute_type"] == "loan" and not check["claim"].get("by_instrument") else ""
    return f"债务人已付款{len(paid)}次：{each}。{to_what}{less}"


def _open(case: Case, sums: Filed) -> str:
    return f"截至{day(sums.last_day)}，债务人尚欠申报人{principal_words(case)}{figures(sums.principal)}元。{deemed_due(sums)}"


def _acknowledged(case: Case, sides: Sides) -> str:
    confirmed = [each for each in case.get("reconciliations") or [] if each.get("signed_on") and (each.get("debtor_seal") or each.get("signer_authorised"))]
    said = [f"{day(each['signed_on'])}，债务人签章确认截至{day(each['as_at'])}尚欠{figures(amount(each['amount']))}元。" for each in confirmed]
    said += [f"{demand_words(item, sides.roles)}。" for item in case.get("demands") or [] if item.get("receipt")]
    return "".join(said)


def _instrument(case: Case) -> str:
    if not case.get("judgment"):
        return ""
    effective = case["judgment"].get("effective_on")
    return f"上述债权已经{instrument_name(case)}确认{f'，该文书于{day(effective)}生效' if effective else ''}。{enforced_words(case)}"


def enforced_words(case: Case) -> str:
    """What became of the enforcement; empty without one."""
    enforcement = case.get("enforcement") or {}
    said = []
    if enforcement.get("application_filed"):
        number = f"，案号{enforcement['case_no']}" if enforcement.get("case_no") else ""
        said.append(f"申报人于{day(enforcement['application_filed'])}申请强制执行{number}")
    recovered = enforcement.get("recovered") or []
    if recovered:
        each = [f"{day(item['date'])}{figures(amount(item['amount']))}元" for item in recovered]
        said.append(f"执行到位{listed(each)}")
    if ended := enforcement.get("terminated_current_procedure"):
        said.append(f"法院于{day(ended['date'])}裁定终结本次执行程序")
    return f"{'，'.join(said)}。" if said else ""


def _acceptance(case: Case) -> str:
    insolvency = case["insolvency"]
    named = f"，并指定{insolvency['administrator']}担任管理人" if insolvency.get("administrator") else ""
    return (
        f"{day(insolvency['acceptance_date'])}，{insolvency['court']}裁定受理债务人{insolvency['procedure']}一案，案号为{insolvency['case_no']}{named}。"
        f"依据{INSOLVENCY_LAW}第四十四条、第四十六条、第四十八条、第四十九条，申报人特向管理人申报债权，请予审查确认。"
    )


def _calculation(case: Case, check: Mapping[str, Any], sums: Filed) -> Iterator[str]:
    yield f"本金{figures(sums.principal)}元。{deemed_due(sums)}"
    if sums.term_interest:
        yield f"借款期内利息{figures(sums.term_interest)}元。"
    if sums.damages:
        yield (
            f"{sums.damages_name}{figures(sums.damages)}元，计算至破产申请受理日前一日即{day(sums.last_day)}。"
            f"依据：{basis(case, check, sums)}逐笔计算见《债权计算明细表》。"
        )
    if sums.costs:
        yield f"其他费用{figures(sums.costs)}元。"
    yield f"以上合计{figures(sums.total)}元。自破产申请受理时起停止计息（{INSOLVENCY_LAW}第四十六条第二款）。"


def _enclosed(exhibits: int) -> str:
    return f"附：债权申报表、债权计算明细表、证据目录及证据材料{f'共{exhibits}件' if exhibits else ''}。"
