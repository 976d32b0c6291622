"""The life of a case: 14 states, the ways between them, who takes them and what each demands (lifecycle.yaml).

The table is the machine copy of lifecycle.md with two ways of our own, marked so: an award leads to `judgment` like a judgment, and a proceeding
that ends without a decision gives the file back to the law department. Roles are ids of roles.yaml; `system` moves without a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casefiles.law import Law, Words
from casefiles.rules import demands as d
from casefiles.rules import demands_court as c
from casefiles.rules.calendar import is_day_off
from casefiles.rules.demands import Demand, DemandOf, Standing
from casefiles.rules.entities import CaseFacts
from casefiles.rules.papers import as_date

STATES = (
    "collection", "legal_escalation", "settlement", "payment_order", "litigation", "arbitration", "judgment", "enforcement", "enforcement_suspended",
    "insolvency", "recovered", "written_off", "archived", "reopened",
)  # fmt: skip
CLOSED = ("recovered", "written_off", "archived")
OPEN = tuple(state for state in STATES if state not in CLOSED)
USUAL_NEXT: Mapping[str, str] = {  # where most cases go on, for drawing
    "collection": "legal_escalation", "legal_escalation": "litigation", "settlement": "recovered", "payment_order": "judgment", "litigation": "judgment",
    "arbitration": "judgment", "judgment": "enforcement", "enforcement": "recovered", "enforcement_suspended": "written_off", "insolvency": "written_off",
    "recovered": "archived", "written_off": "archived", "reopened": "enforcement",
}  # fmt: skip
STAFF, MANAGER, LAWYER, COLLECTOR, FINANCE, SYSTEM = "legal_staff", "legal_manager", "external_lawyer", "collector", "finance", "system"


def any_state() -> tuple[str, ...]:
    """`any` of the table: every state but archived, which is left by reopening alone."""
    return tuple(state for state in STATES if state != "archived")


def any_open_state() -> tuple[str, ...]:
    """`any open state` of the table: neither recovered, written off nor archived."""
    return OPEN


def previous_state(previous: str | None) -> str:
    """`previous state` of the table: where the case stood before the settlement; the law department's hands where nothing is known."""
    return previous or "legal_escalation"


@dataclass(frozen=True)
class Way:
    """One row of the table. `movers` take it alone; what `proposers` propose, one of `approvers` decides: never the same person."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    movers: tuple[str, ...]
    proposers: tuple[str, ...]
    approvers: tuple[str, ...]
    demands: tuple[DemandOf, ...]
    law: str

    @property
    def two_persons(self) -> bool:
        """Whether nobody may take it alone."""
        return not self.movers


PREVIOUS = "previous state"
WRITE_OFF_LAW = "国家税务总局公告2011年第25号；公司规则 / STA Announcement 2011 No. 25; company rule"
ARTICLES_OF_FILING = "《民事诉讼法》第122-124条；《仲裁法》第5条 / CPL arts. 122-124; Arbitration Law art. 5"
EITHER = (STAFF, MANAGER)
DECIDED = (c.instrument_uploaded, c.service_dates, c.appeal_over, c.performance_day)
ACCEPTED = (c.acceptance, c.suits_stayed, c.preservation_lifted, d.clear_packet("insolvency_claim", c.BANKRUPTCY))
ESCALATION_LAW = "公司规则；《民法典》第188条 / company rule; Civil Code art. 188"
LIMITATION_14 = "《诉讼时效规定》第14条 / Limitation Provisions art. 14"
REOPENING_LAW = "公司规则；《企业所得税法实施条例》第32条第3款 / company rule; EIT Regulations art. 32(3)"
OUR_ADDITION = "公司规则（本产品补充） / company rule (an addition of this product)"


def _filing(target: str, packet: str) -> Way:
    demands = (d.clear_packet(packet, ARTICLES_OF_FILING), d.final_packet(packet))
    return Way(("legal_escalation",), (target,), (MANAGER,), (STAFF, LAWYER), (MANAGER,), demands, ARTICLES_OF_FILING)


WAYS: tuple[Way, ...] = (
    Way(("collection",), ("legal_escalation",), EITHER, (COLLECTOR,), EITHER, (d.ground_for_escalation, d.hand_over_list), ESCALATION_LAW),
    Way(("collection", "legal_escalation", "judgment", "enforcement"), ("settlement",), (MANAGER,), (STAFF,), (MANAGER,),
        (d.signed_agreement, d.new_due_dates, d.waiver_approved, d.guarantor_consents), d.SETTLEMENT),
    Way(("settlement",), (PREVIOUS,), (MANAGER, SYSTEM), (STAFF,), (MANAGER,), (d.missed_instalment,), LIMITATION_14),
    Way(("legal_escalation",), ("payment_order",), (MANAGER,), (STAFF, LAWYER), (MANAGER,),
        (d.clear_packet("payment_order", "《民事诉讼法》第225条 / CPL art. 225"),), "《民事诉讼法》第225条 / CPL art. 225"),
    Way(("payment_order",), ("litigation",), EITHER, (LAWYER,), EITHER, (c.objection,), c.CPL_228),
    Way(("payment_order",), ("judgment",), EITHER, (LAWYER,), EITHER, (c.order_in_force, c.no_objection), c.CPL_227),
    _filing("litigation", "lawsuit"),
    _filing("arbitration", "arbitration"),
    Way(("litigation",), ("judgment",), EITHER, (LAWYER,), EITHER, DECIDED, c.CPL_171),
    Way(("arbitration",), ("judgment",), EITHER, (LAWYER,), EITHER, (c.instrument_uploaded, c.service_dates, c.performance_day), OUR_ADDITION),
    Way(("payment_order", "litigation", "arbitration"), ("legal_escalation",), EITHER, (LAWYER,), EITHER, (c.ended_without_decision,), OUR_ADDITION),
    Way(("judgment",), ("enforcement",), EITHER, (LAWYER,), EITHER, (c.expired_unpaid, d.clear_packet("enforcement", c.CPL_250)), c.CPL_250),
    Way(("enforcement",), ("enforcement_suspended",), EITHER, (LAWYER,), EITHER, (c.termination_ruling,), c.INTERP_517),
    Way(("enforcement_suspended",), ("enforcement",), EITHER, (LAWYER, COLLECTOR), EITHER, (c.asset_clue,), c.INTERP_517),
    Way(("enforcement",), ("insolvency",), EITHER, (LAWYER,), EITHER, (c.transferred_or_accepted, c.suits_stayed, c.preservation_lifted), c.INTERP_511),
    Way(("reopened",), ("collection",), (MANAGER,), (), (), (), OUR_ADDITION),
    Way(("reopened",), ("enforcement",), (MANAGER,), (), (), (c.asset_clue,), c.INTERP_517),
    Way(("reopened",), ("insolvency",), (MANAGER,), (), (), ACCEPTED, c.BANKRUPTCY),
    Way(any_open_state(), ("insolvency",), EITHER, (LAWYER,), EITHER, ACCEPTED, c.BANKRUPTCY),
    Way(("insolvency",), ("recovered",), (), (MANAGER,), (FINANCE,), (c.distribution, c.closing_ruling), c.BANKRUPTCY_113),
    Way(("insolvency",), ("written_off",), (), (MANAGER,), (FINANCE,),
        (c.distribution, c.closing_ruling, d.clear_packet("write_off_archive", WRITE_OFF_LAW), c.recourse_kept), WRITE_OFF_LAW),
    Way(("enforcement_suspended", "collection", "legal_escalation"), ("written_off",), (), (MANAGER,), (FINANCE,),
        (d.clear_packet("write_off_archive", WRITE_OFF_LAW), c.recourse_kept), WRITE_OFF_LAW),
    Way(any_state(), ("recovered",), (FINANCE,), (MANAGER, STAFF), (FINANCE,), (c.balance_zero,), "《民法典》第557条 / Civil Code art. 557"),
    Way(("written_off", "recovered"), ("archived",), EITHER, (), (), (c.archive_index, c.retention_computed, c.seal), c.ORDER_79),
    Way(("archived",), ("reopened",), (MANAGER,), (), (), (c.reopen_ground,), REOPENING_LAW),
)  # fmt: skip


TAKING_PART = frozenset(role for row in WAYS for role in (*row.movers, *row.proposers, *row.approvers))


@dataclass(frozen=True)
class Move:
    """A way a case may take from where it stands, with its demands as they are met today."""

    to: str
    way: Way
    demands: tuple[Demand, ...]

    @property
    def unmet(self) -> tuple[Demand, ...]:
        return tuple(demand for demand in self.demands if not demand.met)


def way(source: str, target: str, previous: str | None = None) -> Way | None:
    """The first row that leads from one state to another: a row that names the state stands before one with a wildcard."""
    if source == target:
        return None
    for row in WAYS:
        if source in row.sources and target in [previous_state(previous) if name == PREVIOUS else name for name in row.targets]:
            return row
    return None


def move(standing: Standing, target: str) -> Move | None:
    """The move to a state with its demands tested; None where no way leads there."""
    found = way(standing.case.state, target, standing.previous)
    if found is None:
        return None
    return Move(target, found, tuple(demand for demand in (one(standing) for one in found.demands) if demand is not None))


def next_states(state: str, previous: str | None = None) -> tuple[str, ...]:
    """Where a case may go from a state, in the order of the states."""
    return tuple(target for target in STATES if way(state, target, previous) is not None)


def possible(standing: Standing) -> tuple[Move, ...]:
    """Every move from where the case stands."""
    found = (move(standing, target) for target in next_states(standing.case.state, standing.previous))
    return tuple(one for one in found if one is not None)


FORBIDDEN: Mapping[tuple[str, str], Words] = {
    ("litigation", "written_off"): Words(
        "诉讼中的案件不得直接核销：请先结案或撤诉（退回法务升级或取得判决并执行），再提出核销。",
        "A case in litigation is never written off directly: first end or withdraw the suit (legal escalation, or judgment and enforcement), then propose it.",
    ),
}
SEALED = Words(
    "已归档的案件只能重启：请法务经理选择法定事由，将其转为“重启”。",
    "An archived case is left by reopening only: the legal manager reopens it for one of the listed reasons.",
)
NO_DELETION = Words(
    "案卷不得删除：仅本人 24 小时内误建且无材料的重复案卷除外。请将案件结清、核销并归档。",
    "A case file is never deleted, but for one's own empty duplicate within 24 hours. Close it: recovered or written off, then archived.",
)


def road(state: str) -> tuple[str, ...]:
    """The usual way on from a state to the archive, without the state itself."""
    ahead: list[str] = []
    while (state := USUAL_NEXT.get(state, "")) and state not in ahead:
        ahead.append(state)
    return tuple(ahead)


def refusal(source: str, target: str, law: Law, previous: str | None = None) -> Words:
    """Why no way leads from one state to another, and which ways there are."""
    if source == "archived":
        return SEALED
    if (source, target) in FORBIDDEN:
        return FORBIDDEN[source, target]
    ways = [law.states[state] for state in next_states(source, previous)]
    here, there = law.states[source], law.states.get(target, Words(target, target))
    return Words(
        f"案件不能由“{here.zh}”转为“{there.zh}”。可以转为：{'、'.join(w.zh for w in ways)}。",
        f"No way leads from {here.en} to {there.en}. From here: {', '.join(w.en for w in ways)}.",
    )


def may_delete_case(*, own: bool, hours: float, documents: int) -> bool:
    """The one case that may vanish: a duplicate made by mistake, by its creator, within 24 hours and without documents."""
    return own and hours <= 24 and documents == 0


# --- what stays open after a move


@dataclass(frozen=True)
class Duty:
    """Something a move still asks for afterwards, with its last day."""

    id: str
    last_day: date
    done: bool
    said: Words


RECEIPT_DAYS = 3  # lifecycle.md: filing receipt uploaded within 3 working days
RECEIPTS = ("filing_receipt", "court_acceptance_notice")


def working_days_after(day: date, count: int, law: Law) -> date:
    """The `count`-th working day after a day; of a year whose holiday notice is not on file only the weekends are known."""
    while count:
        day += timedelta(1)
        off = is_day_off(day, law) if day.year in law.holidays else day.weekday() >= 5
        count -= not off
    return day


def duties(case: CaseFacts, entered_on: date, since: date | None, law: Law) -> tuple[Duty, ...]:
    """After a filing: its receipt within three working days. `since` is the day the case came into the state before; older receipts are of other filings."""
    if case.state not in ("litigation", "arbitration"):
        return ()

    def day_of(value: object, dated: date | None) -> date | None:
        try:
            return as_date(value) or dated
        except ValueError:
            return dated

    days = [day_of(paper.fields.get("filed_on") or paper.fields.get("accepted_on"), paper.dated) for paper in case.of_type(*RECEIPTS)]
    done = any(since is None or day is None or day >= since for day in days)
    last = working_days_after(entered_on, RECEIPT_DAYS, law)
    said = Words(
        f"立案后 3 个工作日内（{last} 前）上传收件凭证或受理通知书", f"Upload the filing receipt or acceptance notice within 3 working days, by {last}"
    )
    return (Duty("filing_receipt", last, done, said),)


# --- hard deletion of a document

DELETION_GROUNDS = {
    "personal_data": Words("个人信息：依法应当删除", "personal data that the law wants erased"),
    "duplicate": Words("重复件：卷内另有同一文件", "duplicate: the file holds the same bytes elsewhere"),
}


def deletion_refused(standing: Standing, *, twin: bool, in_packets: Sequence[str]) -> Words | None:
    """Why a document may not be deleted for good; None when it may (roles.yaml, delete.hard_delete: refused while recourse, limitation or retention runs).

    A `twin`, whose very bytes the case keeps as another document, is no loss of proof: for it only the seal and the packets count.
    """
    case, balance = standing.case, standing.inquiry.ledger.balance
    if case.state == "archived":
        return SEALED
    if in_packets:
        names = "、".join(in_packets)
        return Words(f"该材料已用于文书包 {names}，不得删除。", f"The document stands in the packets {names}: it is not deleted.")
    if twin:
        return None
    if case.state == "written_off" or balance > 0:
        last = standing.inquiry.limitation.safe_last_day
        zh, en = (f"（时效至 {last}）", f" (limitation until {last})") if last else ("", "")
        return Words(
            f"债权未结清，余额 {d.cny(balance)}{zh}，材料不得删除。", f"{d.cny(balance)} is still owed{en}: nothing is deleted before the debt is settled."
        )
    if case.retention_until is not None and case.retention_until > standing.as_of:
        return Words(f"保管期限至 {case.retention_until}，材料不得删除。", f"The file is kept until {case.retention_until}: nothing is deleted before.")
    return None
