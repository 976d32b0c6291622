"""The evidence check: elements -> complete, partial or missing; checks -> findings; score and closed loop (闭环).

The algorithm is that of evidence-chain.md section 2. It is general: another dispute type or packet kind adds law data and, where the data
names one, a function in `computed.py` or `checks.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from casefiles.law import Check, Element, Law, Node, Severity, Status
from casefiles.rules.checks import CHECKS
from casefiles.rules.computed import E_DATA, holds
from casefiles.rules.conditions import Outcome, coverage, evaluate, matching
from casefiles.rules.contents import lacking
from casefiles.rules.entities import CaseFacts
from casefiles.rules.findings import Assessment, Broken, ElementResult, Finding, Waiver
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.wording import Gap, element_title, fill

CHECK_FUNCTIONS = dict(CHECKS)


def severities_of(element: Element, packet: str, law: Law) -> Mapping[Status, Severity]:
    """severity[packet]; a packet may borrow another's (arbitration: severity_as lawsuit). An element silent on it does not apply."""
    lent = law.packet_extra.get(packet, {}).get("severity_as", packet)
    nothing = {Status.MISSING: Severity.NOT_APPLICABLE, Status.PARTIAL: Severity.NOT_APPLICABLE}
    return element.severity.get(packet) or element.severity.get(lent) or nothing


def _decided(name: str, inquiry: Inquiry) -> bool:
    """Whether an effective instrument settled what this element proves: effective_instrument_rule of evidence-chain.yaml.

    Bankruptcy Interpretation III art. 7: the administrator must confirm such a claim.
    """
    if not inquiry.by_instrument or inquiry.packet == "enforcement":
        return False
    return name[0] in "SVLRK" or name in ("C05_jurisdiction", "C07_damages_basis")


def weighed(element: Element, inquiry: Inquiry) -> Mapping[Status, Severity]:
    """`severities_of`, with what an effective instrument settled dropped to info; n_a stays n_a."""
    plain = severities_of(element, inquiry.packet, inquiry.law)
    if not _decided(element.id, inquiry):
        return plain
    return {status: s if s is Severity.NOT_APPLICABLE else Severity.INFO for status, s in plain.items()}


def _escalated(element: Element, packet: str, inquiry: Inquiry) -> Severity | None:
    """The severity `escalate` raises a gap to, when its condition holds."""
    lent = inquiry.law.packet_extra.get(packet, {}).get("severity_as", packet)
    raised = element.escalate.get(packet, element.escalate.get(lent))
    return Severity(raised) if raised and holds(element.escalate["when"], inquiry) else None


def _elements(inquiry: Inquiry) -> tuple[list[Element], list[str]]:
    """The elements of this dispute and packet in the order of the debt's life, and those that do not apply here (by id)."""
    law, packet = inquiry.law, inquiry.packet
    extra = law.packet_extra.get(packet, {})
    wanted = [] if extra.get("replace_substance") else list(law.dispute_types[inquiry.case.dispute_type].elements)
    wanted += [name for name in extra.get("elements", ()) if name not in wanted]
    applying, dropped = [], []
    for name in wanted:
        element = law.elements[name]
        out = (
            severities_of(element, packet, law)[Status.MISSING] is Severity.NOT_APPLICABLE
            or (element.only_if is not None and not holds(element.only_if, inquiry))
            or (element.not_applicable_if is not None and holds(element.not_applicable_if, inquiry))
        )
        (dropped.append(name) if out else applying.append(element))
    return applying, sorted(dropped)


def _per_document(element: Element, inquiry: Inquiry) -> Gap:
    """C12: every e-document by its own option, or named by a certificate. Complete: all good; partial: some, or a screenshot beside them."""
    certified: set[str] = set()
    good: set[str] = set()
    for node in element.primary:
        accepted, _ = matching(node, inquiry)
        if "covers_by" in node:
            certified |= {name for document in accepted for name in document.covers_documents}
        else:
            good |= {document.id for document in accepted}
    documents = [document.id for document in inquiry.case.of_type(*E_DATA)]
    proved = tuple(name for name in documents if name in good or name in certified)
    weak = tuple(name for name in documents if name not in proved)
    supported_by = [evaluate(node, inquiry) for node in element.corroborating]
    if not weak:
        return Gap(element, Status.COMPLETE, proved)
    partial = bool(proved) or any(outcome.met for outcome in supported_by)
    return Gap(element, Status.PARTIAL if partial else Status.MISSING, proved, weak)


def evaluate_element(element: Element, inquiry: Inquiry) -> Gap:
    """Status of one element by its documents alone; checks come after."""
    if element.per_document:
        return _per_document(element, inquiry)
    outcomes = [evaluate(node, inquiry) for node in element.primary if "covers" not in node]
    covered = None
    covering: Sequence[Node] = [node for node in element.primary if "covers" in node]
    if covering:
        covered = coverage(covering, inquiry)
        outcomes.append(Outcome(covered.enough, covered.documents, covered.uncovered))
    met = [outcome for outcome in outcomes if outcome.met]
    if met:
        return Gap(element, Status.COMPLETE, tuple(dict.fromkeys(d for o in met for d in o.documents)), coverage=covered)
    near = tuple(dict.fromkeys(name for o in outcomes for name in (*o.near, *(() if o.met or covered else o.documents))))
    beside = [outcome for outcome in (evaluate(node, inquiry) for node in element.corroborating) if outcome.met]
    if beside:
        return Gap(element, Status.PARTIAL, tuple(dict.fromkeys(d for o in beside for d in o.documents)), near, covered)
    return Gap(element, Status.MISSING, (), near, covered)


def _element_finding(gap: Gap, severity: Severity, inquiry: Inquiry) -> Finding:
    element, coverage_found = gap.element, gap.coverage
    documents = gap.near or gap.documents
    if coverage_found is not None:
        documents = coverage_found.uncovered or gap.near
    return Finding(
        key=f"element:{element.id}",
        severity=severity,
        title=element_title(gap, inquiry),
        remedy=element.remedy,
        documents=documents,
        stands_under=(element.id,),
        source=element.source,
        verify=element.verify,
        element=element.id,
        status=gap.status,
        amount=coverage_found.gap if coverage_found is not None and coverage_found.gap > 0 else None,
    )


def _against(check: Check, party: str | None, elements: Sequence[Element]) -> tuple[str, ...]:
    """The elements a check counts against; a check by party touches only the element of that party."""
    if party is not None:
        return (check.by_party[party],)
    return tuple(element.id for element in elements if check.id in element.checks)


def _home(check: Check, elements: Sequence[Element], against: Sequence[str]) -> str:
    """The element whose card the finding joins: the check's own, in another dispute type the first one that names the check."""
    return check.home if not against or any(element.id == check.home for element in elements) else against[0]


def _check_finding(check: Check, broken: Broken, elements: Sequence[Element], inquiry: Inquiry) -> Finding | None:
    severity = check.severity_of(broken.code, inquiry.packet, broken.circumstance)
    if severity is Severity.NONE:
        return None
    against = _against(check, broken.party, elements)
    home = check.by_party[broken.party] if broken.party else _home(check, elements, against)
    suffix = f":{broken.party}" if broken.party else ""
    stands_under = (home, *(name for name in against if name != home))
    if all(_decided(name, inquiry) for name in stands_under):
        severity = Severity.INFO  # what the instrument decided blocks and warns no more
    return Finding(
        key=f"check:{check.id}:{broken.code}{suffix}",
        severity=severity,
        title=fill(check.titles[broken.code], broken.facts),
        remedy=fill(check.remedies[broken.code], broken.facts),
        documents=broken.documents,
        stands_under=stands_under,
        source=check.source or inquiry.law.elements[home].source,
        verify=check.verify,
        check=check.id,
        code=broken.code,
        amount=broken.amount,
        invoices=broken.invoices,
    )


def _checks_to_run(elements: Sequence[Element], inquiry: Inquiry) -> list[Check]:
    """The checks named by the elements or the packet, and those whose run_for lists the packet kind; each once, in the order of CHECKS."""
    wanted = {name for element in elements for name in element.checks}
    wanted |= set(inquiry.law.packet_extra.get(inquiry.packet, {}).get("checks", ()))
    wanted |= {check.id for check in inquiry.law.checks.values() if inquiry.packet in check.run_for}
    chosen = [inquiry.law.checks[name] for name, _ in CHECKS if name in wanted]
    return [check for check in chosen if inquiry.case.dispute_type not in check.not_for]


def _check_findings(elements: Sequence[Element], inquiry: Inquiry) -> list[tuple[Finding, tuple[str, ...]]]:
    """Every finding of the checks, with the elements it counts against."""
    found = []
    for check in _checks_to_run(elements, inquiry):
        for broken in CHECK_FUNCTIONS[check.id](inquiry):
            finding = _check_finding(check, broken, elements, inquiry)
            if finding is not None:
                found.append((finding, _against(check, broken.party, elements)))
    return found


def _ordered(own: Sequence[Finding], by_checks: Sequence[Finding]) -> list[Finding]:
    """Elements that lack documents first, in the order of the debt's life, each with the checks that stand under it; then the rest by element."""
    ordered: list[Finding] = []
    homes = [finding.stands_under[0] for finding in own]
    for finding in own:
        ordered.append(finding)
        ordered += [f for f in by_checks if f.stands_under[0] == finding.stands_under[0]]
    rest = [f for f in by_checks if f.stands_under[0] not in homes]
    return ordered + sorted(rest, key=lambda f: f.stands_under[0])


def _results(gaps: Sequence[Gap], blocked: frozenset[str], inquiry: Inquiry) -> tuple[list[ElementResult], list[Finding]]:
    results, own = [], []
    for gap in gaps:
        severities = weighed(gap.element, inquiry)
        raised = _escalated(gap.element, inquiry.packet, inquiry)
        status = gap.status
        if status is Status.COMPLETE and gap.element.id in blocked:
            status = Status.PARTIAL  # the documents are there but a check blocks: only the check's finding is emitted
        elif status is not Status.COMPLETE:
            own.append(_element_finding(gap, raised or severities[status], inquiry))
        worst = raised or severities[Status.MISSING]
        results.append(ElementResult(gap.element.id, status, worst, inquiry.law.score_weights.get(worst, 0), gap.documents or gap.near))
    return results, own


def score(results: Sequence[ElementResult]) -> int:
    """completeness_pct = floor(100 x (complete + half of partial) / applicable weight); nothing to weigh counts as 100."""
    total = sum(result.weight for result in results)
    twice = sum(result.weight * {Status.COMPLETE: 2, Status.PARTIAL: 1, Status.MISSING: 0}[result.status] for result in results)
    return 100 * twice // (2 * total) if total else 100


def assess(case: CaseFacts, packet: str, as_of: date, law: Law, waivers: Sequence[Waiver] = ()) -> Assessment:
    """The evidence check of one case for one packet kind on one day.

    A waived finding stays in the list with `waived` filled and blocks no more; score, status and closed_loop do not change. Waivers that
    meet no finding are given back in `unused_waivers`.
    """
    inquiry = Inquiry(case, packet, as_of, law)
    elements, dropped = _elements(inquiry)
    gaps = [evaluate_element(element, inquiry) for element in elements]
    checked = _check_findings(elements, inquiry)
    blocked = frozenset(name for finding, against in checked if finding.severity is Severity.BLOCKING for name in against)
    results, own = _results(gaps, blocked, inquiry)
    by_key = {waiver.key: waiver for waiver in waivers}
    ordered = _ordered(own, [finding for finding, _ in checked])
    findings = tuple(replace(f, waived=by_key[f.key]) if f.key in by_key else f for f in ordered)
    missing = lacking(inquiry)
    return Assessment(
        case_id=case.case_id,
        packet=packet,
        as_of=as_of,
        completeness_pct=score(results),
        closed_loop=not any(f.severity is Severity.BLOCKING for f in findings),
        generation_allowed=not any(f.blocks for f in findings),
        contents_complete=not missing,
        missing_uploads=missing,
        elements=tuple(results),
        not_applicable=tuple(dropped),
        findings=findings,
        unused_waivers=tuple(w for w in waivers if w.key not in {f.key for f in findings}),
        inquiry=inquiry,
    )
