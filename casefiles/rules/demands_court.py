"""What moves before courts, in insolvency and at the close of a file demand: instruments, service, rulings, clues, balances, archive (lifecycle.md)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from casefiles.law import Severity, Words
from casefiles.rules.calendar import add_years, statutory_last_day
from casefiles.rules.contents import INSTRUMENTS
from casefiles.rules.demands import Demand, Standing, cny, named, paper_demand, stated_demand
from casefiles.rules.entities import DocumentFacts
from casefiles.rules.papers import as_date

CPL_171 = "《民事诉讼法》第171条 / CPL art. 171"
CPL_227 = "《民事诉讼法》第227条 / CPL art. 227"
CPL_228 = "《民事诉讼法》第228条 / CPL art. 228"
CPL_250 = "《民事诉讼法》第250条 / CPL art. 250"
INTERP_511 = "《民诉法解释》第511条 / SPC CPL Interpretation art. 511"
INTERP_517 = "《民诉法解释》第517条 / SPC CPL Interpretation art. 517"
BANKRUPTCY_113 = "《企业破产法》第113条 / Enterprise Bankruptcy Law art. 113"
BANKRUPTCY = "《企业破产法》第19-21条、第44-48条 / Enterprise Bankruptcy Law arts. 19-21, 44-48"
ORDER_79 = "《会计档案管理办法》（第79号令） / Order 79"
APPEAL = OBJECTION = timedelta(days=15)
RETENTION_YEARS, TAX_YEARS, AFTER_RECOURSE_YEARS = 30, 10, 3  # packets.yaml, write_off_archive.retention


def _said_day(paper: DocumentFacts, key: str) -> date | None:
    """A day of a paper's fields; what is no date counts as not entered."""
    try:
        return as_date(paper.fields.get(key)) or paper.dated
    except ValueError:
        return paper.dated


# --- payment order


def objection(_standing: Standing) -> Demand:
    """The debtor objected in writing, and the applicant does not refuse the suit (CPL art. 228)."""
    return stated_demand(
        "objection",
        Words("债务人提出异议且我方未表示不同意诉讼，卷内无法判断", "The file cannot tell that the debtor objected and we accept the suit"),
        Words("债务人已提出书面异议，我方同意转入诉讼（日期）", "The debtor objected in writing and we agree to the suit (date)"),
        CPL_228,
    )


def order_in_force(standing: Standing) -> Demand:
    """A payment order, and 15 days since the debtor received it (CPL art. 227)."""
    orders = standing.case.of_type("payment_order")
    if not orders:
        return paper_demand("order_in_force", orders, Words("支付令", "payment order"), CPL_227)
    served = max((day for day in (_said_day(p, "served_on") for p in orders) if day), default=None)
    if served is None:
        return Demand("order_in_force", False, Words(f"支付令 {named(orders)} 未填送达日", f"Payment order {named(orders)}: enter the day of service"), CPL_227)
    last = served + OBJECTION
    met = standing.as_of > last
    return Demand(
        "order_in_force",
        met,
        Words(f"{served} 送达，异议期至 {last}{'已满' if met else '未满'}", f"Served {served}, objections until {last}{'' if met else ': not over yet'}"),
        CPL_227,
    )


def no_objection(_standing: Standing) -> Demand:
    """Nobody objected within the 15 days."""
    return stated_demand(
        "no_objection",
        Words("卷内无法判断债务人是否提出异议", "The file cannot tell whether the debtor objected"),
        Words("15 日内债务人未提出异议", "The debtor did not object within 15 days"),
        CPL_227,
    )


# --- suit and arbitration


def ended_without_decision(_standing: Standing) -> Demand:
    """The suit was withdrawn, dismissed or not accepted: the file goes back to the law department."""
    return stated_demand(
        "ended_without_decision",
        Words("撤诉、驳回起诉、不予受理或申请被驳回，卷内无法判断", "The file cannot tell that the proceeding ended without a decision"),
        Words("程序已终结：裁定文号、日期、原因", "The proceeding ended: ruling, date, reason"),
        "《民事诉讼法》第126条、第148条 / CPL arts. 126, 148",
    )


def instrument_uploaded(standing: Standing) -> Demand:
    """The judgment, mediation paper, ruling or award."""
    return paper_demand(
        "instrument", standing.case.of_type(*INSTRUMENTS), Words("判决书、调解书、裁定书或裁决书", "judgment, mediation paper, ruling or award"), CPL_171
    )


def service_dates(standing: Standing) -> Demand:
    """The day the instrument reached every party."""
    case = standing.case
    said = case.instrument.served_on_last_party if case.instrument else None
    records = case.of_type("judgment_service_record")
    if said is not None:
        return Demand("service_dates", True, Words(f"最后一方 {said} 收到", f"The last party received it on {said}"), CPL_171)
    parties, dated = case.defendants + 1, [r for r in records if _said_day(r, "served_on")]
    if len(dated) >= parties:
        return Demand("service_dates", True, Words(f"{len(dated)} 份送达回证", f"{len(dated)} proofs of service"), CPL_171)
    return Demand(
        "service_dates",
        False,
        Words(f"{parties} 方当事人，只有 {len(dated)} 份送达日期", f"{parties} parties, {len(dated)} dates of service"),
        CPL_171,
        asks=Words("各方收到日期如下", "The parties received it on"),
    )


def appeal_over(standing: Standing) -> Demand | None:
    """The 15 days for an appeal ran out, or the second instance decided (CPL art. 171); mediation papers and awards have no appeal."""
    case = standing.case
    second = case.of_type("second_instance_judgment")
    if second:
        return Demand("appeal_over", True, Words(f"二审判决：{named(second)}", f"Second instance decided: {named(second)}"), CPL_171)
    if case.instrument is not None and case.instrument.type != "judgment":
        return None
    certificates = case.of_type("effectiveness_certificate")
    if case.instrument and case.instrument.effective_on and case.instrument.effective_on <= standing.as_of:
        return Demand("appeal_over", True, Words(f"{case.instrument.effective_on} 生效", f"Effective on {case.instrument.effective_on}"), CPL_171)
    if certificates:
        return Demand("appeal_over", True, Words(f"生效证明：{named(certificates)}", f"Certificate of effectiveness: {named(certificates)}"), CPL_171)
    served = case.instrument.served_on_last_party if case.instrument else None
    served = served or max((day for day in (_said_day(r, "served_on") for r in case.of_type("judgment_service_record")) if day), default=None)
    asks = Words("上诉期已满且无人上诉", "The time for an appeal is over and nobody appealed")
    if served is None:
        return stated_demand(
            "appeal_over", Words("没有送达日期，上诉期无法计算", "No date of service: the time for an appeal cannot be counted"), asks, CPL_171
        )
    last = served + APPEAL
    rolled = statutory_last_day(last, standing.inquiry.law)
    ends = rolled if isinstance(rolled, date) else last
    met = standing.as_of > ends
    return Demand(
        "appeal_over",
        met,
        Words(f"{served} 送达，上诉期至 {ends}{'，已满' if met else '，未满'}", f"Served {served}, appeal until {ends}{'' if met else ': not over yet'}"),
        CPL_171,
    )


def performance_day(standing: Standing) -> Demand:
    """performance_last_day is entered: enforcement and its limit are counted from it."""
    last = standing.case.instrument.performance_last_day if standing.case.instrument else None
    if last is not None:
        return Demand("performance_day", True, Words(f"履行期限至 {last}", f"Last day for performance: {last}"), CPL_171)
    return Demand(
        "performance_day",
        False,
        Words("未填写履行期限最后一日（执行时效由此起算）", "The last day for performance is not entered; the time for enforcement runs from it"),
        CPL_171,
    )


# --- enforcement


def expired_unpaid(standing: Standing) -> Demand:
    """The period for performance ended and money is still owed (CPL art. 250)."""
    last = standing.case.instrument.performance_last_day if standing.case.instrument else None
    owed = standing.inquiry.ledger.balance
    if last is None:
        return Demand("expired_unpaid", False, Words("未填写履行期限最后一日", "The last day for performance is not entered"), CPL_250)
    if standing.as_of <= last:
        return Demand("expired_unpaid", False, Words(f"履行期限至 {last}，尚未届满", f"The debtor may perform until {last}: not over yet"), CPL_250)
    if owed <= 0 and standing.case.deliveries:
        return Demand("expired_unpaid", False, Words(f"台账余额 {cny(owed)}，已无欠款", f"The ledger shows {cny(owed)}: nothing is owed"), CPL_250)
    return Demand("expired_unpaid", True, Words(f"履行期限 {last} 届满，尚欠 {cny(owed)}", f"The time to perform ended on {last}, {cny(owed)} unpaid"), CPL_250)


def termination_ruling(standing: Standing) -> Demand:
    """The ruling that ends this round of enforcement (终本)."""
    papers = standing.case.of_type("enforcement_termination_ruling")
    return paper_demand("termination_ruling", papers, Words("终结本次执行程序裁定书", "ruling ending this round of enforcement"), INTERP_517)


def asset_clue(standing: Standing) -> Demand:
    """A clue to assets that is newer than the end of the last round; the two years do not bind (SPC CPL Interpretation art. 517)."""
    ended = standing.case.enforcement.terminated_on if standing.case.enforcement else None
    ended = ended or max((p.dated for p in standing.case.of_type("enforcement_termination_ruling") if p.dated), default=None)
    fresh = [p for p in standing.case.of_type("asset_clue_list") if ended is None or (p.dated is not None and p.dated > ended)]
    asks = Words("新的财产线索：何物、何处、来源", "The new asset: what, where, from what source")
    return paper_demand("asset_clue", fresh, Words("终本之后的财产线索清单", "list of asset clues newer than the ruling"), INTERP_517, asks=asks)


# --- insolvency


def transferred_or_accepted(standing: Standing) -> Demand:
    """The enforcing court transferred the debtor to bankruptcy review with consent, or an application was accepted."""
    papers = standing.case.of_type("bankruptcy_acceptance_ruling", "bankruptcy_announcement")
    return paper_demand(
        "transferred_or_accepted",
        papers,
        Words("破产受理裁定或公告", "acceptance ruling or announcement"),
        INTERP_511,
        asks=Words("执行法院已移送破产审查，同意的申请人或债务人、日期", "The enforcing court transferred the case to bankruptcy review: who consented, when"),
    )


def acceptance(standing: Standing) -> Demand:
    """The acceptance ruling or its announcement."""
    papers = standing.case.of_type("bankruptcy_acceptance_ruling", "bankruptcy_announcement")
    return paper_demand("acceptance", papers, Words("破产受理裁定书或公告", "bankruptcy acceptance ruling or announcement"), BANKRUPTCY)


def suits_stayed(standing: Standing) -> Demand | None:
    """Open suits are stayed, enforcement too (Enterprise Bankruptcy Law arts. 19, 20)."""
    running = [p for p in standing.case.proceedings if p.ended_on is None and p.kind != "insolvency_claim"]
    if not running:
        return None
    which = "、".join(p.case_no or p.kind for p in running)
    return stated_demand(
        "suits_stayed",
        Words(f"未结程序：{which}", f"Open proceedings: {which}"),
        Words("已标记中止（法院、日期）", "They are marked as stayed (court, date)"),
        BANKRUPTCY,
    )


def preservation_lifted(standing: Standing) -> Demand | None:
    """Preservation over the debtor's assets is lifted (Enterprise Bankruptcy Law art. 19)."""
    preservation = standing.case.preservation
    if preservation is None or not preservation.measures:
        return None
    which = "、".join(m.asset for m in preservation.measures)
    return stated_demand(
        "preservation_lifted",
        Words(f"保全措施：{which}", f"Preservation over: {which}"),
        Words("保全已标记解除（法院、日期）", "The preservation is marked as lifted (court, date)"),
        BANKRUPTCY,
    )


def distribution(standing: Standing) -> Demand:
    """What the bankrupt's assets brought is booked, also a zero (Enterprise Bankruptcy Law art. 113)."""
    source = BANKRUPTCY_113
    since = standing.case.insolvency.acceptance_date if standing.case.insolvency else None
    came = [p for p in standing.case.payments if p.day is not None and since is not None and p.day >= since]
    if came:
        total = sum((p.amount for p in came), Decimal(0))
        return Demand("distribution", True, Words(f"受理后收到分配 {cny(total)}", f"{cny(total)} received since the acceptance"), source)
    return stated_demand(
        "distribution",
        Words("受理后没有登记任何分配", "No distribution is booked since the acceptance"),
        Words("分配结果：金额（含零）、日期、依据", "What was distributed (also zero), when, by what paper"),
        source,
    )


def closing_ruling(standing: Standing) -> Demand:
    """The ruling that closes the bankruptcy."""
    papers = standing.case.of_type("bankruptcy_closing_ruling")
    return paper_demand("closing_ruling", papers, Words("终结破产程序裁定书", "ruling closing the bankruptcy"), BANKRUPTCY_113)


# --- closing, archive, reopening


def balance_zero(standing: Standing) -> Demand:
    """Nothing is owed any more, agreed interest included, or the rest was waived by decision (Civil Code art. 557)."""
    source = "《民法典》第557条 / Civil Code art. 557"
    owed, interest = standing.inquiry.ledger.balance, standing.inquiry.damages_total
    if owed <= 0 and interest <= 0:
        return Demand("balance_zero", True, Words(f"台账余额 {cny(owed)}，无未付违约金", f"Ledger balance {cny(owed)}, no damages open"), source)
    return Demand(
        "balance_zero",
        False,
        Words(
            f"台账余额 {cny(owed)}，截至 {standing.as_of} 违约金 {cny(interest)}", f"Ledger balance {cny(owed)}, damages {cny(interest)} to {standing.as_of}"
        ),
        source,
        asks=Words(
            "余额及违约金已清偿，或免除已批准（批准人、日期、文件）", "Balance and damages are settled, or their waiver was approved (by whom, when, paper)"
        ),
    )


def archive_index(standing: Standing) -> Demand:
    """The index of the volume names every paper, and every paper is there."""
    if not standing.without_file:
        return Demand(
            "archive_index",
            True,
            Words(f"卷内目录：{standing.hashed} 份材料，均有文件", f"Archive index: {standing.hashed} documents, each with its file"),
            ORDER_79,
        )
    lacking = "、".join(standing.without_file[:6]) + ("…" if len(standing.without_file) > 6 else "")
    zh, en = f"{len(standing.without_file)} 份材料没有文件：{lacking}", f"{len(standing.without_file)} documents have no file: {lacking}"
    return Demand("archive_index", False, Words(zh, en), ORDER_79)


def retention_computed(standing: Standing) -> Demand:
    """Until when the volume is kept (Order 79); never destroyed before the matter is settled."""
    until = retention_until(standing)
    return Demand(
        "retention",
        True,
        Words(f"保管至 {until}，债权债务未结清前不销毁", f"Kept until {until}, never destroyed before the matter is settled"),
        ORDER_79,
        firm=True,
    )


def retention_until(standing: Standing) -> date:
    """The latest of: accounting vouchers 30 years and tax papers 10 years from the first day after the accounting year, recourse + 3 years.

    The year is that of the posting of the write-off (else its approval), else of the last payment, else of the day itself. Order 79; Tax Collection
    Law Implementing Rules art. 29; packets.yaml, write_off_archive.retention (posted in 2025, 30 years -> 2055-12-31).
    """
    case = standing.case
    booked = (case.write_off.posted_on or case.write_off.approved_on) if case.write_off else None
    year = (booked or max((p.day for p in case.payments if p.day), default=None) or standing.as_of).year
    recourse = [day for day in (standing.inquiry.limitation.safe_last_day, case.write_off.next_followup if case.write_off else None) if day]
    if case.instrument and case.instrument.performance_last_day:
        recourse.append(add_years(case.instrument.performance_last_day, 2))
    return max([date(year + RETENTION_YEARS, 12, 31), date(year + TAX_YEARS, 12, 31), *(add_years(day, AFTER_RECOURSE_YEARS) for day in recourse)])


def seal(standing: Standing) -> Demand:
    """The hash list: SHA-256 of every file, kept with the move."""
    return Demand("seal", True, Words(f"封存：{standing.hashed} 个文件的 SHA-256 清单", f"Seal: the SHA-256 of {standing.hashed} files"), ORDER_79, firm=True)


REOPEN_GROUNDS = {
    "asset_found": Words("发现财产", "asset found"),
    "operating_again": Words("债务人恢复经营", "debtor operating again"),
    "payment_received": Words("收到款项", "payment received"),
    "limitation_ending": Words("时效即将届满", "limitation about to end"),
    "bankruptcy_announced": Words("债务人破产公告", "bankruptcy announced"),
}


def reopen_ground(_standing: Standing) -> Demand:
    """The reason for reopening, from the closed list (lifecycle.md); recovery is income (EIT Regulations art. 32(3))."""
    return Demand(
        "reopen_ground",
        False,
        Words("重启须选择法定事由；归档副本保持封存", "Reopening needs one of the listed reasons; the archive copy stays sealed"),
        "公司规则；《企业所得税法实施条例》第32条第3款 / company rule; EIT Regulations art. 32(3)",
        asks=Words("重启事由", "Reason for reopening"),
        choices=REOPEN_GROUNDS,
        firm=True,
    )


def recourse_kept(_standing: Standing) -> Demand:
    """On write-off nothing is sent to the debtor, recourse is kept (账销案存)."""
    return Demand(
        "recourse_kept",
        True,
        Words(
            "账销案存：保留追索权，不通知债务人；时效与执行期限继续提醒",
            "Recourse is kept; nothing goes to the debtor; limitation and enforcement keep reminding",
        ),
        "国家税务总局公告2011年第25号 / STA Announcement 2011 No. 25",
        Severity.INFO,
    )
