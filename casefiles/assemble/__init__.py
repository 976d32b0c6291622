"""A packet out of a case: the plan a person arranges, the order (plain values), its papers and bundle in a folder, the parts in the store."""

from casefiles.assemble.arrangement import arrange, latest
from casefiles.assemble.compare import Change, changes, differences
from casefiles.assemble.filed import add_copy, bag_of, mark_filed, papers_of
from casefiles.assemble.freeze import Frozen, ask_freeze, cancel, finish_freezing, make_final, obstacles
from casefiles.assemble.keep import finish, keep
from casefiles.assemble.order import Order, order_again, order_of, request
from casefiles.assemble.plan import Plan, plan_mapping, plan_of, preview
from casefiles.assemble.produce import INTERNAL_COVER, MEDIA, Made, NotBuilt, Part, Progress, gaps, produce

__all__ = [
    "INTERNAL_COVER",
    "MEDIA",
    "Change",
    "Frozen",
    "Made",
    "NotBuilt",
    "Order",
    "Part",
    "Plan",
    "Progress",
    "add_copy",
    "arrange",
    "ask_freeze",
    "bag_of",
    "cancel",
    "changes",
    "differences",
    "finish",
    "finish_freezing",
    "gaps",
    "keep",
    "latest",
    "make_final",
    "mark_filed",
    "obstacles",
    "order_again",
    "order_of",
    "papers_of",
    "plan_mapping",
    "plan_of",
    "preview",
    "produce",
    "request",
]
