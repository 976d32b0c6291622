"""The policy says cell for cell what roles.yaml says."""

import pytest

from casefiles.law import load_law, read_yaml
from casefiles.models import Role, State
from casefiles.policy import OBJECTS, RIGHTS, Action, adding, object_of

ROLES = read_yaml("roles.yaml")
CELLS = [(role, thing, tuple(words)) for thing, row in ROLES["objects"].items() for role, words in row.items()]


@pytest.mark.parametrize(("role", "thing", "words"), CELLS, ids=[f"{role} on {thing}" for role, thing, _ in CELLS])
def test_every_cell_of_the_table_is_a_right(role, thing, words):
    assert {f"{thing}.{word}" for word in words} <= {action.value for action in RIGHTS[Role(role)]}


def test_no_right_stands_outside_the_table():
    named = {(role, f"{thing}.{word}") for role, thing, words in CELLS for word in words}
    held = {(role.value, action.value) for role, actions in RIGHTS.items() for action in actions}
    assert held == named


def test_every_action_is_somebodys_right():
    assert set(Action) == set().union(*RIGHTS.values())


def test_roles_and_states_are_those_of_the_specification():
    assert {role.value for role in Role} == set(ROLES["roles"])
    assert {state.value for state in State} == set(load_law().states)


def test_every_document_type_belongs_to_an_object_that_can_be_added():
    for kind in load_law().documents:
        assert object_of(kind) in OBJECTS
        assert adding(kind) in Action


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        pytest.param("contract", "core_evidence", id="a contract is core evidence"),
        pytest.param("delivery_receipt", "proof_of_service", id="a receipt proves service"),
        pytest.param("call_recording", "call_recording", id="a recording"),
        pytest.param("recording_transcript", "transcript", id="a transcript"),
        pytest.param("privileged_note", "privileged_note", id="a privileged note is closed to collectors"),
        pytest.param("judgment", "court_paper", id="a judgment"),
        pytest.param("legal_rep_id_copy", "court_paper", id="an ID copy is listed, not shown, to collectors"),
    ],
)
def test_object_of(kind, held):
    assert object_of(kind) == held
