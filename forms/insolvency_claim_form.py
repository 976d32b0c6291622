"""债权申报表 (claim form for the administrator), every field of packets.yaml in order.

《企业破产法》第44条至第49条 (Enterprise Bankruptcy Law arts. 44-49): filed with the administrator in the period of the announcement, with amount, security and
joint liability said (art. 49); art. 56 for a late one. There is no national form: where the administrator issues one, that one is filled; forms of
others are not taken in as templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms.claim import Case, amount, collaterals, guarantors
from forms.figures import day, figures, listed
from forms.form import Choice, Field, Form, Line, Section, Signature, Strong, choices, line, money, text_lines, yes_no
from forms.insolvency_calculation import deemed_due, doubled_words, filed
from forms.insolvency_claim_statement import administrator, enforced_words, facts, late, late_notice
from forms.instrument import instrument_name
from forms.papers import MissingField, Subject
from forms.parties import agent_lines, is_person, position

DEBT_WORDS: Mapping[str, str] = {"sale_of_goods": "货款", "services_work": "服务费（报酬）", "loan": "借款", "lease": "租金", "construction": "工程款"}
NO = frozenset({"", "no", "false", "none", "否", "无", "不主张"})
YES = frozenset({"yes", "true", "是", "主张"})
ASKED = (("set_off", "抵销", "set-off"), ("retrieval", "取回", "retrieval of property"), ("title_retention", "所有权保留", "retention of title"))
LATER = "收款账户由申报人另行以书面方式提供给管理人。"


def insolvency_claim_form(subject: Subject) -> Form:
    """The form; `missing` says what must be there before it is made."""
    case, check = subject.case, subject.check
    return Form(
        id="claim_form",
        title="债权补充申报表" if late(check) else "债权申报表",
        parts=(
            *late_notice(check),
            Section("破产案件", tuple(_matter(case, check))),
            Section("债权人及代理人", (*creditor_fields(case), Field("代理人", agent_lines(case.get("agents") or ())))),
            Section("申报的债权", tuple(_claim(case, check))),
            Section("债权的其他情况", tuple(_further(subject))),
            Section("收款及送达", (Field("银行账户", account_lines(case)), Field("送达地址及电子送达", service_lines(case)))),
            Signature("申报人（签名、盖章）", str(case["creditor"]["name"]), day(subject.day)),
        ),
    )


def missing(subject: Subject) -> list[MissingField]:
    """What the claim cannot be filed without (packets.yaml, blocking_validations), and what is only left out of the form."""
    case, check = subject.case, subject.check
    creditor, insolvency, security = case.get("creditor") or {}, case.get("insolvency") or {}, case.get("security") or {}
    wanted = [(creditor, "creditor", "name", "债权人名称", "name of the creditor"), (creditor, "creditor", "address", "债权人住所", "address of the creditor")]
    if not is_person(creditor):
        wanted += [(creditor, "creditor", "uscc", "债权人统一社会信用代码", "unified social credit code of the creditor"),
                   (creditor, "creditor", "legal_representative", "债权人法定代表人", "legal representative of the creditor")]  # fmt: skip
    wanted += [(case.get("debtor") or {}, "debtor", "name", "债务人名称", "name of the debtor")]
    wanted += [(insolvency, "insolvency", key, zh, en) for key, zh, en in (
        ("court", "受理法院", "court"), ("case_no", "破产案号", "number of the insolvency case"), ("procedure", "破产程序", "kind of procedure"),
        ("acceptance_date", "破产申请受理日", "day of the acceptance"), ("claim_deadline", "债权申报期限", "deadline for claims"),
    )]  # fmt: skip
    found = [MissingField(f"{where}.{key}", zh, en, f"{where}.{key}") for holder, where, key, zh, en in wanted if not holder.get(key)]
    for key, zh, en in (("real_security", "有无财产担保", "whether the claim is secured"), ("joint_debt", "是否属于连带债权", "whether the claim is joint")):
        if security.get(key) is None:
            found.append(MissingField(f"security.{key}", zh, en, f"security.{key}"))
    return [*found, *_wrong_sums(check), *_left_out(subject)]


def _wrong_sums(check: Mapping[str, Any]) -> list[MissingField]:
    """No claim computed, or one whose parts do not make its total."""
    said = check.get("claim")
    if not said:
        zh, en = str(check.get("claim_error_zh") or "没有可申报的金额"), str(check.get("claim_error_en") or "there is no sum to file")
        return [MissingField("claim", f"申报金额（{zh}）", f"sums of the claim ({en})", "insolvency.acceptance_date")]
    parts = sum((amount(said.get(key)) for key in ("principal", "term_interest", "damages", "costs")), amount(0))
    if parts == amount(said["total"]):
        return []
    zh, en = f"申报总额与各项之和不一致（{said['total']} / {parts}）", f"the total does not add up ({said['total']} / {parts})"
    return [MissingField("total", zh, en, "claim.principal")]


def _left_out(subject: Subject) -> list[MissingField]:
    case = subject.case
    creditor, account = case["creditor"], case["creditor"].get("bank_account") or {}
    found = []
    if not creditor.get("phone") and not any(agent.get("phone") for agent in case.get("agents") or ()):
        found.append(MissingField("creditor.phone", "债权人联系电话", "telephone of the creditor", "creditor.phone", blocking=False))
    if not creditor.get("email"):
        found.append(MissingField("creditor.email", "债权人邮箱", "e-mail address of the creditor", "creditor.email", blocking=False))
    if not (account.get("bank") and account.get("number")):
        found.append(MissingField("creditor.bank_account", "债权人收款银行账户", "bank account of the creditor", "creditor.bank_account", blocking=False))
    if not (case.get("insolvency") or {}).get("administrator"):
        found.append(MissingField("insolvency.administrator", "管理人名称", "name of the administrator", "insolvency.administrator", blocking=False))
    for key, zh, en in ASKED:
        if key not in subject.options:
            found.append(MissingField(key, f"是否主张{zh}（未选择，由签署人在表上勾选）", f"whether {en} is claimed (left for the signer to tick)",
                                      f"answers.{key}", blocking=False))  # fmt: skip
    return found


def creditor_fields(case: Case) -> tuple[Field, ...]:
    """The creditor with its contact; what is not known is left out, as `missing` has named it."""
    creditor, agents = case["creditor"], case.get("agents") or []
    contact = agents[0]["name"] if agents else creditor.get("legal_representative") or creditor["name"]
    phone = (agents[0].get("phone") if agents else None) or creditor.get("phone")
    reached = [f"联系人：{contact}", *([f"联系电话：{phone}"] if phone else []), *([f"邮箱：{creditor['email']}"] if creditor.get("email") else [])]
    head = [line(f"名称：{creditor['name']}")]
    head += [line(f"统一社会信用代码：{creditor['uscc']}")] if creditor.get("uscc") else []
    head += [line(f"证件号码：{creditor['id_number']}")] if creditor.get("id_number") else []
    head += [line(f"住所：{creditor['address']}")]
    if creditor.get("legal_representative"):
        head.append(line(f"法定代表人/负责人：{creditor['legal_representative']}　职务：{position(creditor)}"))
    return (Field("债权人", tuple(head)), Field("联系人、电话、邮箱", (line("　".join(reached)),)))


def account_lines(case: Case) -> tuple[Line, ...]:
    """Where a distribution is to be paid."""
    account = case["creditor"].get("bank_account") or {}
    if not (account.get("bank") and account.get("number")):
        return (line(LATER),)
    return (line(f"户名：{account.get('name') or case['creditor']['name']}"), line(f"开户行：{account['bank']}"), line(f"账号：{account['number']}"))


def service_lines(case: Case) -> tuple[Line, ...]:
    """Address, who takes it in, and whether electronic service is accepted."""
    creditor, agents = case["creditor"], case.get("agents") or []
    receiver = agents[0]["name"] if agents else creditor.get("legal_representative") or creditor["name"]
    phone = (agents[0].get("phone") if agents else None) or creditor.get("phone")
    accepted = bool(creditor.get("e_service"))
    mail = f"　电子邮箱：{creditor['email']}" if accepted and creditor.get("email") else ""
    return (
        line(f"送达地址：{creditor.get('service_address') or creditor['address']}"),
        line(f"收件人：{receiver}{f'　联系电话：{phone}' if phone else ''}"),
        yes_no(accepted, lead="是否接受电子送达：", after=mail),
    )


def _matter(case: Case, check: Mapping[str, Any]) -> Iterator[Field]:
    insolvency = case["insolvency"]
    yield Field("债务人名称", (line(str(case["debtor"]["name"])),))
    yield Field("案号", (line(f"{insolvency['case_no']}（{insolvency['procedure']}）"),))
    yield Field("受理法院", (line(f"{insolvency['court']}，{day(insolvency['acceptance_date'])}裁定受理"),))
    at = f"（{insolvency['administrator_address']}）" if insolvency.get("administrator_address") else ""
    yield Field("管理人", (line(f"{administrator(case)}{at}"),))
    announced = f"{day(insolvency['announcement_date'])}公告，" if insolvency.get("announcement_date") else ""
    over = "，已届满，本次为补充申报" if late(check) else ""
    yield Field("债权申报期限", (line(f"{announced}至{day(insolvency['claim_deadline'])}{over}"),))


def _claim(case: Case, check: Mapping[str, Any]) -> Iterator[Field]:
    sums, kind = filed(case, check), str(case["dispute_type"])
    yield Field("债权性质", (choices("", *((word, key == kind) for key, word in DEBT_WORDS.items()), ("其他", kind not in DEBT_WORDS)),))
    yield Field("债权形成时间及原因", tuple(text for part in facts(case, check, sums)[:-1] for text in text_lines(part)))
    yield Field("申报本金", (money(sums.principal), *((line(deemed_due(sums)),) if sums.not_due else ())))
    parts = [f"{name}{figures(value)}元" for name, value in (("借款期内利息", sums.term_interest), (sums.damages_name, sums.damages)) if value]
    yield Field("利息/违约金", (money(sums.interest), line(f"{f'{listed(parts)}，' if parts else ''}计算至{day(sums.last_day)}（破产申请受理日前一日）")))
    yield Field("其他费用（诉讼费、律师费等）", (money(sums.costs),))
    yield Field("申报总额", (money(sums.total, words=True),))
    if sums.doubled:
        yield Field("加倍部分债务利息（单列）", (money(sums.doubled, words=True), line(doubled_words())))


def _further(subject: Subject) -> Iterator[Field]:
    case, check = subject.case, subject.check
    yield Field("有无财产担保（担保物、登记、优先受偿范围）", tuple(_security(case, check)))
    yield Field("是否属于连带债权，有无连带债务人、保证人", tuple(_joint(case)))
    yield Field("是否附条件、附期限，诉讼、仲裁是否未决", tuple(_conditions(subject)))
    yield Field("是否有生效法律文书、执行情况", tuple(_instrument(case)))
    yield Field("是否主张抵销、取回、所有权保留", tuple(_asked(subject.options)))
    yield Field("诉讼时效/执行时效说明", tuple(line(text) for text in limitation_words(case, check)))


def _security(case: Case, check: Mapping[str, Any]) -> Iterator[Line]:
    secured, ordinary, known = amount(check["secured_amount"]), amount(check["ordinary_amount"]), bool(check["collateral_value_known"])
    yield choices("", ("有财产担保", bool(secured)), ("无财产担保", not secured))
    for thing in collaterals(case):
        yield line(_collateral(thing))
    if secured:
        upto = f"金额以{figures(secured)}元为限" if known else f"{figures(secured)}元，以评估或者变现所得为限"
        yield line(f"优先受偿范围：就担保财产变现价款优先受偿，{upto}。有财产担保债权{figures(secured)}元，普通债权{figures(ordinary)}元。")
    else:
        yield line(f"普通债权{figures(ordinary)}元。")


def _collateral(thing: Mapping[str, Any]) -> str:
    said = [f"担保物：{thing['object']}", *([f"担保方式：{thing['kind']}"] if thing.get("kind") else [])]
    said += [f"价值：{figures(amount(thing['value']))}元"] if thing.get("value") else []
    on = f"（{day(thing['registered_on'])}）" if thing.get("registered_on") else ""
    said += [f"登记：{f'已登记{on}' if thing.get('registered') else '未登记'}"]
    said += ["所有人：第三人（对债务人财产不享有优先受偿权，仅予说明）"] if thing.get("owner") == "third_party" else []
    return "；".join(said)


def _joint(case: Case) -> Iterator[Line]:
    joint, others, sureties = bool(case["security"]["joint_debt"]), case.get("debtors") or [], guarantors(case)
    yield yes_no(joint, lead="是否属于连带债权：")
    yield yes_no(bool(others), lead="有无其他债务人：", words=("有", "无"), after=f"　{listed([str(each['name']) for each in others])}" if others else "")
    yield yes_no(bool(sureties), lead="有无保证人：", words=("有", "无"))
    for surety in sureties:
        signed = f"，{day(surety['signed_on'])}签订" if surety.get("signed_on") else ""
        yield line(f"保证人：{surety['name']}（{surety.get('mode') or '未约定'}{signed}）")


def _conditions(subject: Subject) -> Iterator[Line]:
    case, check = subject.case, subject.check
    sums, condition = filed(case, check), str(subject.options.get("condition") or "").strip()
    yield yes_no(bool(condition), lead="附条件：", after=f"　{condition}" if condition else "")
    yield yes_no(bool(sums.not_due), lead="附期限：", after=f"　{deemed_due(sums)}" if sums.not_due else "")
    pending = [each for each in case.get("proceedings") or [] if each["kind"] in ("lawsuit", "arbitration") and not each.get("ended_on")]
    said = listed([f"{each.get('court') or ''}{each.get('case_no') or ''}（{day(each['filed_on'])}提起）" for each in pending])
    yield yes_no(bool(pending), lead="诉讼、仲裁未决：", after=f"　{said}" if pending else "")


def _instrument(case: Case) -> Iterator[Line]:
    known = bool(case.get("judgment"))
    yield yes_no(known, words=("有", "无"))
    if known:
        effective = case["judgment"].get("effective_on")
        yield line(f"{instrument_name(case)}{f'，{day(effective)}生效' if effective else ''}")
    if words := enforced_words(case):
        yield line(words)


def _asked(options: Mapping[str, Any]) -> Iterator[Line]:
    """What the signer claims is no fact of the file: without an answer both boxes stay open. Set-off is declared to the administrator apart (art. 40)."""
    parts: list[str | Strong | Choice] = []
    for key, zh, _ in ASKED:
        said = str(options.get(key, "")).strip()
        claimed, answered = said.lower() not in NO, key in options
        told = f"（{said}）" if claimed and said.lower() not in YES else ""
        parts += [f"{'　' if parts else ''}{zh}：", Choice("是", answered and claimed), f"{told} ", Choice("否", answered and not claimed)]
    yield Line(tuple(parts))


def limitation_words(case: Case, check: Mapping[str, Any]) -> tuple[str, ...]:
    """What keeps the claim alive on the day of the check; under an instrument the time to apply for enforcement."""
    limit, runs = check.get("enforcement_time_limit"), check.get("limitation") or {}
    filing = "申报债权具有与提起诉讼同等的中断诉讼时效效力（《最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定》第十一条）。"
    if limit:
        asked = (case.get("enforcement") or {}).get("application_filed")
        done = f"申报人已于{day(asked)}申请执行。" if asked and limit.get("filed_in_time") else ""
        last = limit["interrupted_last_day"] if limit.get("only_by_interruption") else limit["safe_last_day"]
        return (f"申请执行时效至{day(last)}。{done}",)
    events = [event for event in runs.get("proved_events") or () if event["date"] == runs.get("trigger")]
    if not runs.get("trigger"):
        return (filing,)
    why = f"（{listed([str(event['what_zh']) for event in events])}）" if events else ""
    last = f"，至{day(runs['safe_last_day'])}" if runs.get("safe_last_day") else ""
    return (f"诉讼时效自{day(runs['trigger'])}{why}起重新计算{last}。", filing)
