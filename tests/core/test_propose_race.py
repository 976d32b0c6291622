"""Two persons decide on one proposal at the same moment: one does, the other is told."""

import threading
from datetime import UTC, datetime

import pytest

from casefiles import exchange, propose, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import Conflict
from casefiles.law import EXAMPLES
from casefiles.models import Document, Proposal, ProposalState, TextStatus

DATABASES = [pytest.param("sqlite", id="SQLite"), pytest.param("postgresql", id="PostgreSQL")]


@pytest.fixture
def proposal(request, tmp_path, actor):
    """proposal("sqlite"): the numbers of a document and of a proposal, in a database of that kind."""

    def make(kind):
        url = f"sqlite:///{tmp_path / 'casefiles.sqlite'}" if kind == "sqlite" else request.getfixturevalue("postgres_database")
        runtime.start(Config.embedded(tmp_path / "data", "x" * 40, database_url=url))
        engine = session.get_bind()
        request.node.addfinalizer(lambda: (session.remove(), engine.dispose()))
        schema.upgrade(engine)
        with saving():
            case = exchange.enter(actor, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
            document = Document(case_id=case.case_id, ref="N1", type="photos", fields={}, text_status=TextStatus.READ, received_at=datetime.now(UTC))
            session.add(document)
            document.proposals.append(Proposal(field="type", value="contract", rule="title", score=90, reason_zh="题名", reason_en="title"))
            session.flush()
            return document.id, document.proposals[0].id

    return make


@pytest.mark.long
@pytest.mark.parametrize("kind", DATABASES)
def test_who_comes_second_is_told(proposal, actor, kind):
    document_id, proposal_id = proposal(kind)
    version = session.get_one(Document, document_id).version
    session.remove()
    entered, refused = threading.Event(), []

    def second():
        entered.wait(20)
        try:
            with saving():
                document = session.get_one(Document, document_id)
                trying.set()
                propose.refuse(actor, document, proposal_id)
        except Conflict:
            refused.append(True)
        finally:
            session.remove()

    trying, thread = threading.Event(), threading.Thread(target=second)
    thread.start()
    with saving():
        propose.take(actor, session.get_one(Document, document_id), proposal_id, version)
        entered.set()
        if kind == "postgresql":
            assert trying.wait(20)  # SQLite lets the second not even begin
            thread.join(0.5)
            assert thread.is_alive()  # it waits for the first
    thread.join(40)
    assert refused == [True]
    session.remove()
    assert session.get_one(Proposal, proposal_id).state is ProposalState.TAKEN
