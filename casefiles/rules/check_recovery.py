"""Checks of what comes after the debt is decided or given up: X25, X26 (insolvency), X27 (waivers), X29 (time to apply for enforcement)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from casefiles.law import Words
from casefiles.rules.amounts import money
from casefiles.rules.claims import after_acceptance
from casefiles.rules.enforcement import procedure_ended, receipts_of
from casefiles.rules.findings import Broken
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.instrument import standing
from casefiles.rules.wording import joined, label
from casefiles.rules.writeoff import waiver_papers


def interest_after_acceptance(inquiry: Inquiry) -> Iterator[Broken]:
    """X25: no interest or damages from the acceptance day on. Enterprise Bankruptcy Law art. 46(2)."""
    late, insolvency = after_acceptance(inquiry), inquiry.case.insolvency
    if late is None or insolvency is None:
        return
    cut_off = inquiry.case.claim.interest_cut_off
    said = Words("生效法律文书所定利息计至受理日之后", "the instrument fixes interest beyond that day")
    if cut_off and cut_off >= insolvency.acceptance_date:
        said = Words(f"截止日 {cut_off}", f"cut-off {cut_off}")
    facts = {"accepted": insolvency.acceptance_date.isoformat(), "said_zh": said.zh, "said_en": said.en, "late": money(late)}
    documents = (inquiry.case.instrument.id,) if inquiry.by_instrument and inquiry.case.instrument else ()
    yield Broken(code="found", documents=documents, amount=late, facts=facts)


def doubled_interest_in_insolvency(inquiry: Inquiry) -> Iterator[Broken]:
    """X26: the doubled part after the acceptance must not be filed; before it, it stands on its own line, contested.

    SPC Bankruptcy Interpretation III art. 3. Whether the part before the acceptance is confirmed differs from court to court - verify.
    """
    case, before = inquiry.case, inquiry.standing
    if case.insolvency is None or case.instrument is None or before is None or not inquiry.by_instrument:
        return
    facts = {"accepted": case.insolvency.acceptance_date.isoformat(), "last_day": str(case.instrument.performance_last_day)}
    wanted = case.claim.interest_cut_off
    if wanted and wanted >= case.insolvency.acceptance_date:
        after = standing(case.instrument, receipts_of(case), wanted).doubled_open - before.doubled_open
        if after > 0:
            yield Broken(code="post_acceptance", documents=(case.instrument.id,), amount=after, facts={**facts, "doubled": money(after)})
    if before.doubled_open > 0:
        amount = before.doubled_open
        yield Broken(code="pre_acceptance", documents=(case.instrument.id,), amount=amount, facts={**facts, "doubled": money(amount)})


def waiver_scan(inquiry: Inquiry) -> Iterator[Broken]:
    """X27: a paper that settles, reduces or waives the debt was read by a person; one that gives all of it up ends the debt.

    Civil Code arts. 557, 575.
    """
    groups: dict[str, list[str]] = {"unreviewed": [], "waived": []}
    for document, effect in waiver_papers(inquiry):
        if effect is None:
            groups["unreviewed"].append(document.id)
        elif effect == "full":
            groups["waived"].append(document.id)
    for code, found in groups.items():
        if found:
            papers = [paper for name in found if (paper := inquiry.case.document(name))]
            said = joined(label(replace(paper, number=paper.title or paper.number), inquiry.law) for paper in papers)
            yield Broken(code=code, documents=tuple(found), facts={"list_zh": said.zh, "list_en": said.en})


def enforcement_time(inquiry: Inquiry) -> Iterator[Broken]:
    """X29: in time only if the court accepts that a payment or admission restarted the two years. CPL art. 250; CPL Interpretation art. 481.

    After this round of enforcement was ended (终本) applying again is not bound by the two years (art. 517): nothing is found.
    """
    limit, case = inquiry.enforcement_limit, inquiry.case
    if limit is None or not limit.only_by_interruption or procedure_ended(case, inquiry.as_of):
        return
    facts = {"safe": limit.safe_last_day.isoformat(), "interrupted": str(limit.interrupted_last_day or "—"), "filing": inquiry.filing.isoformat()}
    yield Broken(code="enforcement_late_without_interruption", documents=(case.instrument.id,) if case.instrument else (), facts=facts)
