"""Searches a person keeps under a name: own ones only, run again from the search page."""

from collections.abc import Sequence

from sqlalchemy import func, select

from casefiles import audit
from casefiles.db import session
from casefiles.errors import NotUsable, NotVisible
from casefiles.models import SavedSearch
from casefiles.policy import A, Actor, require

MOST = 100
LONGEST_NAME = 100
LONGEST_QUERY = 4_000


def saved_by(actor: Actor) -> Sequence[SavedSearch]:
    """The searches this person kept, by name."""
    return session.scalars(select(SavedSearch).where(SavedSearch.person_id == actor.person_id).order_by(SavedSearch.name)).all()


def save(actor: Actor, name: str, query: str) -> SavedSearch:
    """Keep a search: `query` is the query string of the search page. A name used before now stands for this search; NotUsable, NotAllowed."""
    require(actor, A.READ_EVIDENCE)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not query or len(query) > LONGEST_QUERY:
        raise NotUsable(
            f"Give the search a name of 1 to {LONGEST_NAME} characters; nothing was saved.", f"请为检索起一个 1 至 {LONGEST_NAME} 字的名称，未保存。"
        )
    if actor.person_id is None:
        raise NotUsable("A search is kept by a person: name one with --as.", "检索须由具体人员保存。")
    kept = session.scalar(select(SavedSearch).where(SavedSearch.person_id == actor.person_id, SavedSearch.name == name))
    if kept is None:
        _room(actor)
        kept = SavedSearch(person_id=actor.person_id, name=name)
        session.add(kept)
    kept.query, kept.saved_at = query, actor.now
    session.flush()
    audit.record(actor, "save_search", name, query=query[:500])
    return kept


def delete(actor: Actor, search_id: int) -> None:
    """Take one of one's own away; NotVisible for anybody else's."""
    kept = session.get(SavedSearch, search_id)
    if kept is None or kept.person_id != actor.person_id:
        raise NotVisible(str(search_id))
    audit.record(actor, "forget_search", kept.name)
    session.delete(kept)


def _room(actor: Actor) -> None:
    count = session.scalar(select(func.count()).where(SavedSearch.person_id == actor.person_id)) or 0
    if count >= MOST:
        raise NotUsable(f"You keep {MOST} searches already; delete one first. Nothing was saved.", f"您已保存 {MOST} 条检索，请先删除一条。未保存。")
