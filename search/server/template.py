"""The process that workers are copied from: it opens one generation, loads all that questions need, and forks.

Nothing in it may start a thread before it forks. What it loaded stays shared memory in every worker, and goes with it
when another generation takes its place, so no number of generations makes a service larger.
"""

import gc
import os
import signal
import socket
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import uvicorn
from fastapi import FastAPI

from search.api.params import query_from
from search.errors import IndexUnusableError, LedeError
from search.http.shared_state import SharedState
from search.messages import Message
from search.process import die_with
from search.server.app import warm_up
from search.server.worker import run_worker

_LONGEST = 1 << 16
"""Bytes of one report or order."""


class Opened(msgspec.Struct, frozen=True):
    """What a template opened: the name of the generation, "" for none, and why it is not the newest."""

    generation: str
    trouble: str = ""


class Order(msgspec.Struct, frozen=True):
    """Make a worker in a slot; its listening socket comes with the order."""

    slot: int


class Forked(msgspec.Struct, frozen=True):
    """The process of the worker in a slot."""

    slot: int
    pid: int


def run_template(
    app: FastAPI, config: uvicorn.Config, state: SharedState, channel: socket.socket, supervisor: int
) -> None:
    """Open, load, and make workers as they are ordered. Does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    die_with(supervisor, signal.SIGKILL)
    opened = _open(app, state)
    gc.collect()
    gc.freeze()
    channel.send(msgspec.json.encode(opened))
    while True:
        message, files, *_ = socket.recv_fds(channel, _LONGEST, 1)
        if not message:
            os._exit(0)
        order = msgspec.json.decode(message, type=Order)
        listening = socket.socket(fileno=files[0])
        pid = _fork(config, listening, state, order.slot, supervisor, channel)
        listening.close()
        channel.send(msgspec.json.encode(Forked(order.slot, pid)))


def _open(app: FastAPI, state: SharedState) -> Opened:
    engine = app.state.engine
    try:
        engine.refresh()
    except IndexUnusableError as unusable:
        told = Message(unusable.public.code, unusable.public.values, str(unusable))
        return Opened("", encoded(told))
    app.state.warmed = warm_up(engine, "", [])
    _rehearse(app)
    status = engine.status()
    engine.follow(lambda: decoded(state.told()))
    return Opened(status.generation.name, encoded(status.last_error))


def _rehearse(app: FastAPI) -> None:
    """Ask what makes every table that questions use, so that workers share it."""
    for mode in ("hybrid", "keyword"):
        with suppress(LedeError):
            asked = [("q", "the news of today"), ("facets", "true"), ("mode", mode)]
            app.state.engine.overview(query_from(asked, datetime.now(UTC)))


def _fork(
    config: uvicorn.Config,
    listening: socket.socket,
    state: SharedState,
    slot: int,
    supervisor: int,
    channel: socket.socket,
) -> int:
    """A worker whose parent is the supervisor: it is forked by a process that ends at once."""
    reading, writing = os.pipe()
    between = os.fork()
    if not between:
        pid = os.fork()
        if pid:
            os.write(writing, str(pid).encode())
            os._exit(0)
        for file in (reading, writing):
            os.close(file)
        channel.close()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        die_with(supervisor, signal.SIGTERM)
        gc.enable()
        run_worker(config, listening, state, slot)
    os.close(writing)
    os.waitpid(between, 0)
    pid = int(os.read(reading, 32))
    os.close(reading)
    return pid


def encoded(trouble: Message | None) -> str:
    """A message as text that `decoded` reads; "" for none."""
    return msgspec.json.encode(_plain(trouble)).decode() if trouble is not None else ""


def decoded(text: str) -> Message | None:
    """The message that `encoded` wrote."""
    return _message(msgspec.json.decode(text)) if text else None


def _plain(message: Message) -> list[Any]:
    """Code, values and local text; a message among the values is such a list of its own."""
    values = {name: _plain(one) if isinstance(one, Message) else one for name, one in message.values.items()}
    return [message.code, values, message.local]


def _message(plain: list[Any]) -> Message:
    code, values, local = plain
    return Message(code, {name: _message(one) if isinstance(one, list) else one for name, one in values.items()}, local)
