"""A packet on its way: the step, how far, the time left, and what the script of the page is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from casefiles.db import session
from casefiles.models import Job, JobState, Packet, PacketState
from casefiles.web.packets_words import SHARES, STEPS

GOING = (JobState.WAITING, JobState.RUNNING)
SURE_FROM = 0.04  # of the work done: before that, a guess at the time left would only jump about


@dataclass(frozen=True)
class Told:
    """What is shown of work going on: `state` of the packet, or freezing; `at` the place of the step in STEPS, -1 before the first; `left` in words."""

    state: str
    step: str
    at: int
    done: int
    total: int
    left: str
    reason: str
    attempts: int


def job_of(packet: Packet) -> Job | None:
    """The latest work asked for on a packet."""
    return session.scalar(select(Job).where(Job.packet_id == packet.id).order_by(Job.id.desc()).limit(1))


def is_freezing(packet: Packet, job: Job | None) -> bool:
    """A finished packet whose job is still at work is being made final."""
    return packet.state is PacketState.READY and packet.frozen_at is None and job is not None and job.state in GOING


def told(packet: Packet) -> Told:
    """Where the work on a packet stands now."""
    job = job_of(packet)
    state = "freezing" if is_freezing(packet, job) else packet.state.value
    if job is None:
        return Told(state, "", -1, 0, 0, "", packet.reason or "", 0)
    at = list(STEPS).index(job.step) if job.step in STEPS else -1
    step = str(STEPS.get(job.step, job.step))
    return Told(state, step, at, job.done, job.total, left(packet, job), packet.reason or job.reason, job.attempts)


def share(job: Job) -> float:
    """How much of the whole work is done, from 0 to 1, by the shares of the steps."""
    if job.step not in SHARES:
        return 0.0
    before = list(SHARES)[: list(SHARES).index(job.step)]
    return sum(SHARES[step] for step in before) + SHARES[job.step] * (min(job.done / job.total, 1.0) if job.total else 0.0)


def left(packet: Packet, job: Job) -> str:
    """The time left in words, from the time the work has taken so far; empty where nothing can be said yet."""
    done, since = share(job), job.created_at if is_freezing(packet, job) else packet.started_at
    if since is None or job.state is not JobState.RUNNING or done < SURE_FROM:
        return ""
    return in_time((g.actor.now - since) * ((1 - done) / done))


def in_time(span: timedelta) -> str:
    """A length of time as it is said: rounded up, so that it rather ends early."""
    seconds = max(int(span.total_seconds()), 1)
    if seconds < 60:
        tens = -(-seconds // 5) * 5
        return str(ngettext("about %(num)s second left", "about %(num)s seconds left", tens))
    return str(ngettext("about %(num)s minute left", "about %(num)s minutes left", -(-seconds // 60)))


def page(packet: Packet) -> dict[str, Any]:
    """What the progress page shows; `steps` are label and past, here or ahead."""
    now = told(packet)
    places = [(str(label), "past" if place < now.at else "here" if place == now.at else "ahead") for place, label in enumerate(STEPS.values())]
    heads = {"waiting": _("Waiting for the worker"), "freezing": _("Being made final"), "building": _("Being built")}
    return {"packet": packet, "case": packet.case, "told": now, "steps": places, "head": heads.get(now.state, "")}
