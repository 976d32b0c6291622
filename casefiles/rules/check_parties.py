"""Checks of who the parties are and what forum is agreed: X03, X04, X08, X09, X10, X11, X12, X15, X28, X30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from casefiles.law import Words
from casefiles.rules import uscc
from casefiles.rules.amounts import ZERO, money
from casefiles.rules.entities import DisputeClause, DocumentFacts, Guarantor, Named, Party
from casefiles.rules.findings import Broken
from casefiles.rules.guarantees import called_upon, contract_of, period_of
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.instalments import Debt
from casefiles.rules.wording import joined

PARTIES = {"creditor": Words("债权人", "creditor"), "debtor": Words("债务人", "debtor")}
PROCEEDINGS = {"lawsuit": Words("起诉", "suit"), "arbitration": Words("申请仲裁", "arbitration")}
SOON_DAYS = 30


def _sides(inquiry: Inquiry) -> Iterator[tuple[str, tuple[Party, ...]]]:
    yield "creditor", (inquiry.case.creditor,)
    yield "debtor", inquiry.case.debtors


def _named(inquiry: Inquiry, role: str) -> Iterator[tuple[DocumentFacts, Named]]:
    for document in inquiry.case.documents:
        for party in document.parties:
            if party.role == role:
                yield document, party


def _known_by(name: str, parties: tuple[Party, ...]) -> Party | None:
    return next((p for p in parties if name == p.name or name in p.former_names), None)


def _code_problem(printed: Named, party: Party | None, parties: tuple[Party, ...]) -> str | None:
    if printed.uscc is None:
        return "uscc_missing_on_document" if any(p.uscc for p in parties) else None
    if not uscc.is_valid(printed.uscc):
        return "uscc_invalid"
    wanted = {uscc.normal(p.uscc) for p in ((party,) if party else parties) if p.uscc}
    return "uscc_mismatch" if wanted and uscc.normal(printed.uscc) not in wanted else None


def party_name_uscc(inquiry: Inquiry) -> Iterator[Broken]:
    """X03: names and codes printed on documents are those of the registry; the codes in the case head pass their check digit.

    Only documents whose `parties` is filled are compared. GB 32100-2015; Civil Procedure Law art. 122.
    """
    for role, parties in _sides(inquiry):
        groups: dict[str, list[tuple[str | None, Words]]] = {}
        for party in parties:
            if party.uscc is not None and not uscc.is_valid(party.uscc):
                said = Words(f"案件登记为 {party.name} {party.uscc}", f"case head: {party.name} {party.uscc}")
                groups.setdefault("uscc_invalid", []).append((None, said))
        for document, printed in _named(inquiry, role):
            meant = _known_by(printed.name, parties)
            if meant is None:
                said = Words(f"{document.id} 载明“{printed.name}”", f"{document.id} says “{printed.name}”")
                groups.setdefault("name_mismatch", []).append((document.id, said))
            problem = _code_problem(printed, meant, parties)
            if problem:
                code = printed.uscc or "—"
                groups.setdefault(problem, []).append((document.id, Words(f"{document.id} {code}", f"{document.id} {code}")))
        for code, found in groups.items():
            listed = joined(words for _, words in found)
            documents = tuple(dict.fromkeys(name for name, _ in found if name))
            facts = {"party_zh": PARTIES[role].zh, "party_en": PARTIES[role].en, "list_zh": listed.zh, "list_en": listed.en}
            yield Broken(code=code, documents=documents, party=role, facts=facts)


def name_change(inquiry: Inquiry) -> Iterator[Broken]:
    """X04: a former name is used; a registry record in the file must show it. Civil Code art. 532; Civil Procedure Law art. 122(2)."""
    for role, parties in _sides(inquiry):
        records = inquiry.case.of_type(f"company_registry_extract_{role}")
        shown = {name for record in records for name in _names(record.fields.get("former_names"))}
        used = [(d, p.name) for d, p in _named(inquiry, role) if any(p.name in party.former_names for party in parties) and p.name not in shown]
        if used:
            said = "、".join(f"{document.id} {name}" for document, name in used)
            facts = {"party_zh": PARTIES[role].zh, "party_en": PARTIES[role].en, "list_zh": said, "list_en": said}
            yield Broken(code="missing_change_record", documents=tuple(dict.fromkeys(d.id for d, _ in used)), party=role, facts=facts)


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in re.split("[、,，;；]", value))
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def debtor_status(inquiry: Inquiry) -> Iterator[Broken]:
    """X15: the debtor still exists and no bankruptcy was accepted. Enterprise Bankruptcy Law arts. 19-21."""
    case = inquiry.case
    accepted = case.insolvency is not None and case.insolvency.acceptance_date <= inquiry.as_of
    groups: dict[str, list[str]] = {}
    for debtor in case.debtors:
        status = (debtor.registry_status or "").strip()
        said = f"{debtor.name} {status}".strip()
        if status.startswith("注销"):
            groups.setdefault("deregistered", []).append(said)
        elif status.startswith("吊销"):
            groups.setdefault("revoked", []).append(said)
        if "破产" in status or (accepted and debtor is case.debtor):
            groups.setdefault("bankruptcy_accepted", []).append(said)
    for code, found in groups.items():
        yield Broken(code=code, party="debtor", facts={"status": "、".join(found)})


def _clause_words(clause: DisputeClause | None) -> dict[str, str]:
    """The clause as it is written; where there is none, that is said in both languages."""
    if clause is None:
        return {"clause_zh": "合同未约定争议解决方式", "clause_en": "the contract says nothing about disputes"}
    text = f"{clause.clause or ''} {clause.text}".strip()
    return {"clause_zh": text, "clause_en": text}


def arbitration_conflict(inquiry: Inquiry) -> Iterator[Broken]:
    """X08: a clause for arbitration keeps the matter from the courts; the packet arbitration needs one.

    Arbitration Law (2025) arts. 5, 37; SPC Arbitration Interpretation art. 7. What a code weighs for a packet kind is law data.
    """
    contract = inquiry.case.contract
    clause = contract.dispute_clause if contract else None
    agreements = tuple(d.id for d in inquiry.case.of_type("arbitration_agreement"))
    documents = (*((contract.id,) if contract else ()), *agreements)
    facts = _clause_words(clause)
    if clause is not None and clause.kind == "either_or" and not agreements:
        yield Broken(code="either_or_clause", documents=documents, facts=facts)
    elif agreements or (clause is not None and clause.kind == "arbitration"):
        if agreements and (clause is None or clause.kind != "arbitration"):
            facts = {"clause_zh": f"仲裁协议 {'、'.join(agreements)}", "clause_en": f"arbitration agreement {', '.join(agreements)}"}
        yield Broken(code="arbitration_clause", documents=documents, facts=facts)
    else:
        yield Broken(code="no_arbitration_agreement", documents=documents, facts=facts)


@dataclass(frozen=True)
class Forum:
    """What an agreed or statutory forum rests on, and the region it points to, where an address tells."""

    basis: str
    region: str | None
    clear: bool = True


CONNECTIONS = (  # words of the clause, what they mean, whose place it is
    ("原告", "plaintiff domicile", "creditor"),
    ("被告", "defendant domicile", "debtor"),
    ("出卖人|卖方|供方|供货方|出借人|出租人|债权人|承揽人|服务方", "seller domicile (plaintiff)", "creditor"),
    ("买受人|买方|需方|采购方|借款人|承租人|债务人|定作人", "buyer domicile (defendant)", "debtor"),
    ("签订地|签约地", "place of signing", "signed_at"),
    ("履行地|交货地", "place of performance", "place_of_performance"),
    ("(标的物|不动产|租赁物|房屋|工程|项目)所在地", "location of the object", "object_location"),
)
REGION = re.compile(r"((?:.{2,7}?(?:省|自治区))?(?:.{2,10}?(?:市|自治州|地区|盟))?)")


def region_of(address: str | None) -> str | None:
    """Province and city at the beginning of an address."""
    match = REGION.match(address or "")
    return match[1] or None if match else None


def _places(inquiry: Inquiry) -> dict[str, str | None]:
    """Where a party, the signing, the performance or the object is, as the file says."""
    case, contract = inquiry.case, inquiry.case.contract
    return {
        "creditor": case.creditor.address,
        "debtor": case.debtor.address,
        "signed_at": contract.signed_at if contract else None,
        "place_of_performance": contract.place_of_performance if contract else None,
        "object_location": contract.object_location if contract else None,
    }


def _agreed_forum(clause: DisputeClause, inquiry: Inquiry) -> Forum:
    """What the clause points to (Civil Procedure Law art. 35; CPL Interpretation art. 30)."""
    if clause.kind == "arbitration":
        return Forum("agreed: arbitration", None)
    places = _places(inquiry)
    for words, meaning, place in CONNECTIONS:
        if re.search(words, clause.text):
            return Forum(f"agreed: {meaning}", region_of(places[place]) or places[place])
    if clause.court or clause.connection:
        return Forum(f"agreed: {clause.court or clause.connection}", None)
    return Forum("agreed: unclear court", None, clear=False)


def belongs_to_the_place(inquiry: Inquiry) -> bool:
    """House leases and works belong to the court where the immovable is (Civil Procedure Law art. 34(1); CPL Interpretation art. 28)."""
    contract = inquiry.case.contract
    house = inquiry.case.dispute_type == "lease" and contract is not None and contract.object_kind == "house"
    return house or inquiry.case.dispute_type == "construction"


def forum(inquiry: Inquiry) -> Forum:
    """The basis of jurisdiction: the place of an immovable, else the clause, else the statutory forum (Civil Procedure Law arts. 24, 34, 35)."""
    contract = inquiry.case.contract
    clause = contract.dispute_clause if contract else None
    if belongs_to_the_place(inquiry) and (clause is None or clause.kind != "arbitration"):
        where = _places(inquiry)["object_location"]
        return Forum("exclusive: location of the immovable", region_of(where) or where)
    if clause is None:
        return Forum("statutory: defendant domicile, or place of performance (receiving party)", region_of(inquiry.case.debtor.address))
    return _agreed_forum(clause, inquiry)


def _in_a_connected_city(clause: DisputeClause, inquiry: Inquiry) -> bool:
    """The named court lies in the city of a party, of the signing, of performance or of the object."""
    case, contract = inquiry.case, inquiry.case.contract
    places = [case.creditor.address, *(d.address for d in case.debtors)]
    places += [contract.signed_at, contract.place_of_performance, contract.object_location] if contract else []
    cities = {_city(region) for place in places if (region := region_of(place))}
    return any(len(city) > 1 and city in f"{clause.text}{clause.court or ''}" for city in cities)


def court_clause_valid(inquiry: Inquiry) -> Iterator[Broken]:
    """X09: the agreed court can be found and is connected with the dispute. Civil Procedure Law art. 35; CPL Interpretation art. 30."""
    contract = inquiry.case.contract
    clause = contract.dispute_clause if contract else None
    if contract is None or clause is None or clause.kind != "court":
        return
    facts = _clause_words(clause)
    known = any(re.search(words, clause.text) for words, _, _ in CONNECTIONS)
    named_court = clause.court or re.search("[省市区县州].*人民法院", clause.text)
    connected = known or clause.connection is not None or _in_a_connected_city(clause, inquiry)
    if named_court and not connected:
        yield Broken(code="no_connection", documents=(contract.id,), facts=facts)
    elif not known and not named_court and not clause.connection:
        yield Broken(code="unclear_court", documents=(contract.id,), facts=facts)


def _city(region: str) -> str:
    """The city of a region, without its province."""
    return re.split("省|自治区", region)[-1].removesuffix("市")


def exclusive_jurisdiction(inquiry: Inquiry) -> Iterator[Broken]:
    """X10: house leases and works belong to the court of the place, whatever is agreed; neither clause nor chosen court may lie elsewhere.

    Civil Procedure Law art. 34(1); CPL Interpretation art. 28. Arbitration is not barred. What names no city is not compared.
    """
    contract = inquiry.case.contract
    if contract is None or not belongs_to_the_place(inquiry):
        return
    clause = contract.dispute_clause
    if clause is not None and clause.kind == "arbitration":
        return
    place = contract.object_location
    agreed = _agreed_forum(clause, inquiry).region if clause is not None and clause.kind == "court" else None
    chosen = region_of(inquiry.case.court)
    elsewhere = [region for region in (agreed, chosen) if region and _city(region) not in (place or "")]
    if elsewhere:
        where = {"place_zh": place or "不动产所在地", "place_en": place or "place not entered"}
        yield Broken(code="violated", documents=(contract.id,), facts={**where, "elsewhere": "、".join(dict.fromkeys(elsewhere))})


def guarantee_period_check(inquiry: Inquiry) -> Iterator[Broken]:
    """X11: the guarantor was called upon inside the guarantee period, invoice by invoice. Civil Code arts. 692, 693.

    A period nobody can read counts as unclear: six months (art. 692), which is said.
    """
    security = inquiry.case.security
    groups: dict[str, list[tuple[Guarantor, Debt, date]]] = {}
    for guarantor in security.guarantors if security else ():
        readable, owed = True, [debt for debt in inquiry.ledger.open_debts if debt.due is not None]
        for debt, due in ((debt, debt.due) for debt in owed if debt.due):
            _, last_day, readable = period_of(guarantor, due)
            if called_upon(guarantor, inquiry.case, due, last_day):
                continue
            if last_day < inquiry.as_of:
                groups.setdefault("expired", []).append((guarantor, debt, last_day))
            elif last_day - inquiry.as_of <= timedelta(SOON_DAYS):
                groups.setdefault("within_30_days", []).append((guarantor, debt, last_day))
        if not readable:
            yield _unreadable(guarantor, inquiry)
    for code, found in groups.items():
        said = joined(Words(f"{g.name} {debt.number}（{day}）", f"{g.name} {debt.number} ({day})") for g, debt, day in found)
        debts = {debt.number: debt.open for _, debt, _ in found}  # a debt two guarantors stand for is owed once
        facts = {"list_zh": said.zh, "list_en": said.en}
        papers = dict.fromkeys(name for g, _, _ in found if (name := contract_of(g, inquiry.case)))
        yield Broken(code=code, documents=tuple(papers), amount=sum(debts.values(), ZERO), facts=facts, invoices=tuple(debts))


def _unreadable(guarantor: Guarantor, inquiry: Inquiry) -> Broken:
    paper, said = contract_of(guarantor, inquiry.case), f"{guarantor.name} “{guarantor.period_agreed}”"
    return Broken(code="period_unreadable", documents=(paper,) if paper else (), facts={"list_zh": said, "list_en": said})


def guarantee_resolution(inquiry: Inquiry) -> Iterator[Broken]:
    """X12: a company guarantor needs a resolution, unless a statutory exception applies. Company Law art. 15; Security Interpretation arts. 7, 8."""
    guarantors = inquiry.case.security.guarantors if inquiry.case.security else ()
    without = [g for g in guarantors if g.is_company and not g.resolution_ref and not g.statutory_exception]
    if without:
        names = "、".join(g.name for g in without)
        papers = dict.fromkeys(name for g in without if (name := contract_of(g, inquiry.case)))
        yield Broken(code="missing", documents=tuple(papers), facts={"list_zh": names, "list_en": names})


def duplicate_proceedings(inquiry: Inquiry) -> Iterator[Broken]:
    """X28: the same claim is already pending or decided. Civil Procedure Law art. 127(5). A withdrawn or refused suit decides nothing."""
    said = [
        Words(f"{p.case_no or PROCEEDINGS[p.kind].zh}（{p.filed_on}）", f"{p.case_no or PROCEEDINGS[p.kind].en} ({p.filed_on})")
        for p in inquiry.case.proceedings
        if p.brings_the_claim
    ]
    instrument = inquiry.case.instrument if inquiry.effective_instrument else None
    if instrument is not None:
        said.append(Words(f"已有生效法律文书 {instrument.case_no}", f"effective instrument {instrument.case_no}"))
    if said:
        listed = joined(said)
        yield Broken(code="found", documents=(instrument.id,) if instrument else (), facts={"list_zh": listed.zh, "list_en": listed.en})


def payment_order_conditions(inquiry: Inquiry) -> Iterator[Broken]:
    """X30: the conditions of a payment order. Civil Procedure Law art. 225; CPL Interpretation arts. 427, 428."""
    said = inquiry.case.payment_order_conditions
    dispute = inquiry.case.quality_dispute
    for code in ("debt_not_due_or_uncertain", "counter_obligation", "debtor_outside_mainland", "debtor_not_servable", "pre_suit_preservation"):
        if said.get(code) is True:
            yield Broken(code=code)
    unresolved = dispute is not None and dispute.get("resolved") is not True
    if unresolved or said.get("other_dispute") is True:
        detail = Words("（质量异议未解决）", " (quality objection unresolved)") if unresolved else Words("", "")
        yield Broken(code="other_dispute", facts={"detail_zh": detail.zh, "detail_en": detail.en})
    clause = inquiry.case.contract.late_payment_clause if inquiry.case.contract else None
    if clause is None and inquiry.damages_total > 0:
        yield Broken(code="interest_without_clause", amount=inquiry.damages_total, facts={"damages": money(inquiry.damages_total)})
