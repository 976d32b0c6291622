"""专项报告 (special report) on a debt written off as overdue for three years, or as small and overdue for one.

STA Announcement 2011 No. 25 arts. 23, 24: overdue by three years or more and booked as a loss; overdue by one year or more, at most 50,000 CNY or a
ten-thousandth of the year's revenue, booked as a loss: each with a special report on the circumstances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms.archive_cover import GROUNDS, owed, owed_words
from forms.calculation_sheet import debt_name
from forms.claim import ZERO, Case, amount
from forms.figures import day, figures, in_words
from forms.form import Column, Field, Form, Line, Paragraphs, Row, Section, Signature, Strong, SumRow, Table, line, money, yes_no
from forms.papers import MissingField, Subject

REPORTED = ("overdue_3y", "small_1y")
ARTICLES = {"overdue_3y": "第二十三条", "small_1y": "第二十四条"}
ANNOUNCEMENT = "国家税务总局公告2011年第25号《企业资产损失所得税税前扣除管理办法》"
CHANNELS = {"phone": "电话", "wechat": "微信", "sms": "短信", "email": "电子邮件", "visit": "上门", "letter": "信函", "other": "其他方式"}
RESULTS = {"promised": "承诺付款", "paid_in_part": "部分付款", "disputed": "提出异议", "refused": "拒绝付款", "asked_for_papers": "要求提供材料",
           "not_reached": "未能联系", "other": "已联系"}  # fmt: skip
SERVED = {"签收": "签收", "他人代收": "他人代收", "拒收": "拒收", "退回": "退回", "查无此人": "查无此人，退回"}
DEBTS = (Column("序号", 1.1, "center"), Column("发票/批次", 3.0, "center"), Column("应付日", 3.2, "center"), Column("原金额（元）", 0, "right"),
         Column("未收回（元）", 3.2, "right"))  # fmt: skip
HISTORY = (Column("序号", 1.1, "center"), Column("日期", 2.9, "center"), Column("催收方式", 2.4, "center"), Column("情况"))


def special_report(subject: Subject) -> Form:
    """The report, out of what the case file knows; the test of the ground is that of the check."""
    case, check, ground = subject.case, subject.check, str(subject.case["write_off"]["ground"])
    history = tuple(_history(case))
    return Form(
        id="special_report",
        title="应收款项损失专项报告",
        subtitle=f"（{GROUNDS[ground]}）",
        byline=(f"单位：{case['creditor']['name']}", f"档号：{case['case_id']}"),
        parts=(
            Section("一、债权情况", tuple(_debt(case, check))),
            *((Table(DEBTS, debts, small=True),) if (debts := tuple(_debts(case, check))) else ()),
            Section("二、账龄及核销情形的核对", tuple(_test(case, check))),
            *(_titled("三、催收经过") if history else ()),
            *((Table(HISTORY, history, small=True),) if history else _titled("三、催收经过", "卷内未见催收记录。")),
            *_titled("四、不能收回的原因", *_why(case, check)),
            *_titled("五、结论", _conclusion(subject, len(history))),
            Signature("报告单位（盖章）", str(case["creditor"]["name"]), day(subject.day)),
        ),
    )


def missing(subject: Subject) -> list[MissingField]:
    """A report of another ground, an unknown age or a loss that is not booked says nothing an inspector could use."""
    test, found = subject.check.get("ground_test") or {}, []
    if test.get("ground") not in REPORTED:
        found.append(MissingField("write_off.ground", "核销情形（专项报告只用于逾期三年以上或逾期一年以上小额）", "ground of the write-off (this report is for "
                                  "debts overdue three years, or small and overdue one)", "write_off.ground"))  # fmt: skip
    if not test.get("overdue_since"):
        found.append(MissingField("invoices.due_date", "应付日（账龄）", "due dates (age of the debt)", "invoices.0.due_date"))
    if not test.get("posted_on"):
        found.append(MissingField("write_off.posted_on", "核销入账日期", "day the loss was booked", "write_off.posted_on"))
    return found


def _titled(title: str, *texts: str) -> tuple[Paragraphs, ...]:
    return (Paragraphs((line(Strong(title)), *(line(text) for text in texts)), size=11),)


def _debt(case: Case, check: Mapping[str, Any]) -> Iterator[Field]:
    debtor, contract = case["debtor"], case.get("contract") or {}
    code = f"（统一社会信用代码：{debtor['uscc']}）" if debtor.get("uscc") else ""
    yield Field("债务人", (line(f"{debtor['name']}{code}"),))
    if contract.get("name"):
        when = f"，{day(contract['signed_on'])}签订" if contract.get("signed_on") else ""
        number = f"（编号：{contract['no']}）" if contract.get("no") else ""
        yield Field("债权来源", (line(f"《{str(contract['name']).strip('《》')}》{number}{when}"),))
    yield Field("核销金额", (money(amount(case["write_off"]["booked_principal"]), words=True),))
    yield Field("债权余额", (line(f"{owed_words(owed(case, check))}。"),))


def _debts(case: Case, check: Mapping[str, Any]) -> Iterator[Row | SumRow]:
    rows = [debt for debt in check.get("debts") or () if amount(debt["open"])]
    for number, debt in enumerate(rows, 1):
        name, due = debt_name(case, str(debt["number"])), day(debt["due_date"], "未约定")
        yield Row((str(number), name, due, figures(amount(debt["amount"])), figures(amount(debt["open"]))))
    if rows:
        yield SumRow("合计", (figures(sum((amount(debt["open"]) for debt in rows), ZERO)),), final=True)


def _test(case: Case, check: Mapping[str, Any]) -> Iterator[Field]:
    test, years = check["ground_test"], {"overdue_3y": "三", "small_1y": "一"}[check["ground_test"]["ground"]]
    yield Field("账龄", (line(f"自{day(test['overdue_since'])}起逾期，至{day(check['as_of'])}共{test['overdue_days']}日。"),))
    yield Field("会计处理", (line(f"{day(test['posted_on'])}已作为损失入账。"),))
    if test["ground"] == "small_1y":
        yield Field("单笔金额", tuple(_limits(case, test)))
    rule = ANNOUNCEMENT.partition("《")[0] + ARTICLES[test["ground"]]
    yield Field("核对结果", (yes_no(bool(test["met"]), lead=f"逾期{years}年以上并已作为损失处理，符合{rule}："),))


def _limits(case: Case, test: Mapping[str, Any]) -> Iterator[Line]:
    booked, revenue = figures(amount(case["write_off"]["booked_principal"])), case["write_off"].get("annual_revenue")
    yield line(f"单笔{booked}元；限额为{figures(amount(test['limit']))}元，或者企业年度收入总额的万分之一。")
    if revenue:
        yield line(f"年度收入总额{figures(amount(revenue))}元。")
    yield yes_no(bool(test["small"]), lead="不超过限额：")


def _history(case: Case) -> Iterator[Row]:
    rows: list[tuple[str, str, str]] = []
    for item in case.get("demands") or []:
        receipt = item.get("receipt") or {}
        became = f"，{day(receipt['delivered_on'])}{SERVED.get(str(receipt.get('status')), '送达')}" if receipt.get("delivered_on") else ""
        by = f"通过{item['carrier']}寄送" if item.get("carrier") else "发出"
        rows.append((str(item.get("sent_on") or item["dated"]), "律师函" if item.get("kind") == "lawyers_letter" else "催款函", f"{by}{became}"))
    for item in case.get("collection_log") or []:
        whom = f"联系{item['person']}，" if item.get("person") else ""
        promise = f"，承诺{day(item['promise']['date'])}付款" if item.get("promise") else ""
        rows.append((str(item["date"]), CHANNELS[str(item["channel"])], f"{whom}{RESULTS[str(item['result'])]}{promise}"))
    rows += [(str(item["date"]), "电话录音", str(item.get("summary") or "已录音催收")) for item in case.get("recordings") or []]
    rows += [
        (str(item["signed_on"]), "对账", f"债务人确认截至{day(item['as_at'])}尚欠{figures(amount(item['amount']))}元")
        for item in case.get("reconciliations") or [] if item.get("signed_on")
    ]  # fmt: skip
    for number, (when, how, what) in enumerate(sorted(rows), 1):
        yield Row((str(number), day(when), how, what))


def _why(case: Case, check: Mapping[str, Any]) -> Iterator[str]:
    """Only what the file shows: registry, enforcement, contacts that failed, sums never paid."""
    debtor, enforcement, said = case["debtor"], case.get("enforcement") or {}, 0
    if debtor.get("registry_status"):
        seen = f"经{day(debtor['registry_extract_date'])}查询，" if debtor.get("registry_extract_date") else ""
        yield f"{seen}债务人登记状态为“{debtor['registry_status']}”。"
        said += 1
    if ended := enforcement.get("terminated_current_procedure"):
        yield f"经人民法院强制执行，{day(ended['date'])}裁定终结本次执行程序，未发现可供执行的财产。"
        said += 1
    lost = [item for item in case.get("collection_log") or () if item["result"] in ("not_reached", "refused")]
    if lost:
        yield f"催收中{len(lost)}次联系债务人未果或者被拒绝，最近一次为{day(max(str(item['date']) for item in lost))}。"
        said += 1
    since = check["ground_test"]["overdue_since"]
    yield f"上述款项自{day(since)}起逾期，经催收{'仍' if said else ''}未收回。"


def _conclusion(subject: Subject, contacts: int) -> str:
    case, test = subject.case, subject.check["ground_test"]
    booked = amount(case["write_off"]["booked_principal"])
    met = "符合" if test["met"] else "尚不符合"
    approved = f"，并经{day(case['write_off']['approved_on'])}批准" if case["write_off"].get("approved_on") else ""
    urged = f"，经{contacts}次催收未能收回" if contacts else ""
    return (
        f"上述应收款项逾期{test['overdue_days']}日{urged}，{day(test['posted_on'])}已作为损失入账{approved}；{met}{ANNOUNCEMENT}{ARTICLES[test['ground']]}"
        f"关于{GROUNDS[test['ground']]}应收款项的规定，核销金额{figures(booked)}元（大写：人民币{in_words(booked)}）。核销仅为会计处理，债权仍予保留并继续追索。"
    )
