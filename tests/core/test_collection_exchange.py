"""The collection log and the days set by a court leave and come back with the case file."""

import pytest
import yaml

from casefiles import collect, db, exchange, runtime, schema
from casefiles.case_mapping import case_mapping
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import FileRefused
from casefiles.law import EXAMPLES
from casefiles.models import Case

CALL = {"date": "2026-03-01", "channel": "phone", "person": "王某，财务", "result": "promised", "note": "月底前付", "promise": {"date": "2026-03-31", "amount": "50000.00"}}
NO_SUM = {"date": "2026-04-02", "channel": "wechat", "person": "王某", "result": "promised", "promise": {"date": "2026-04-30"}}
NOBODY = {"date": "2026-05-05", "channel": "visit", "result": "not_reached"}
DAYS = [
    {"kind": "hearing", "date": "2026-09-01", "note": "第三法庭"},
    {"kind": "appeal", "date": "2026-10-01", "done_by": "D01", "done_on": "2026-10-10"},
    {"kind": "creditors_meeting", "date": "2026-11-11"},
]


def write(tmp_path, **blocks):
    text = (EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8")
    source = tmp_path / "in.yaml"
    source.write_text(yaml.safe_dump(yaml.safe_load(text) | blocks, allow_unicode=True), encoding="utf-8")
    return source


def enter(actor, path):
    case_file = exchange.read(path)
    with saving():
        exchange.enter(actor, case_file, {})
    session.expire_all()
    return session.get_one(Case, case_file.mapping["case_id"])


def anew(tmp_path):
    session.remove()
    runtime.start(Config.embedded(tmp_path / "second", "x" * 40))
    schema.upgrade(db.session.get_bind())


def test_log_and_court_days_come_back_as_they_went_out(instance, actor, tmp_path):
    first = case_mapping(enter(actor, write(tmp_path, collection_log=[CALL, NO_SUM, NOBODY], court_dates=DAYS)))
    assert (first["collection_log"], first["court_dates"]) == ([CALL, NO_SUM, NOBODY], DAYS)
    out = exchange.export(session.get_one(Case, first["case_id"]), runtime.store(), tmp_path / "out")
    anew(tmp_path)
    assert case_mapping(enter(actor, out)) == first


def test_the_log_leaves_in_the_order_of_days(instance, actor, tmp_path):
    case = enter(actor, write(tmp_path, collection_log=[NOBODY, CALL, NO_SUM]))
    assert [entry["date"] for entry in case_mapping(case)["collection_log"]] == ["2026-03-01", "2026-04-02", "2026-05-05"]


def test_a_corrected_line_stays_in_the_file_and_only_its_correction_leaves(instance, actor, tmp_path):
    case = enter(actor, write(tmp_path, collection_log=[CALL]))
    typed = {"date": "2026-03-01", "channel": "phone", "person": "王某，财务", "result": "promised", "note": "金额听错", "promise_date": "2026-03-31"}
    with saving():
        case = session.get_one(Case, case.case_id)
        collect.correct(actor, case, case.collection_log[0].id, typed | {"promise_amount": "5000"})
    case = session.get_one(Case, case.case_id)
    assert len(case.collection_log) == 2
    whole = case_mapping(case)
    assert [entry["promise"]["amount"] for entry in whole["collection_log"]] == ["5000.00"]
    out = exchange.export(case, runtime.store(), tmp_path / "out")
    anew(tmp_path)
    assert case_mapping(enter(actor, out)) == whole


@pytest.mark.parametrize(
    ("block", "entry", "said"),
    [
        pytest.param("collection_log", CALL | {"channel": "telegram"}, "channel", id="a channel nobody knows"),
        pytest.param("collection_log", CALL | {"promise": {"amount": "1.00"}}, "promise", id="a sum without its day"),
        pytest.param("collection_log", CALL | {"promise": {"date": "2026-03-31", "amount": "5万"}}, "amount", id="a sum that is no sum"),
        pytest.param("court_dates", {"kind": "tea", "date": "2026-09-01"}, "kind", id="a day of no kind"),
        pytest.param("court_dates", {"kind": "hearing"}, "date", id="a hearing without its day"),
    ],
)
def test_a_wrong_line_is_refused_with_its_line(block, entry, said, tmp_path):
    with pytest.raises(FileRefused) as refused:
        exchange.read(write(tmp_path, **{block: [entry]}))
    ((line, reason),) = refused.value.reasons
    assert line
    assert said in reason
