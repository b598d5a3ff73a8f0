"""Supervisor of the workers: it holds the sockets, keeps workers on the newest generation, and stops them.

    supervisor ── template of a generation          opens and loads it, then forks
        ├──────── worker, worker, …                 answer; a socket each, all at one address (SO_REUSEPORT)
        └──────── template of the next generation   while it loads, the others go on

The supervisor itself opens nothing and starts no thread. It keeps every listening socket open, so connections that wait
for a worker which died are taken by the one that replaces it.
"""

import logging
import os
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import msgspec

from search.errors import IndexUnusableError
from search.http.metrics import forget_live
from search.http.shared_state import SharedState
from search.index.directory import IndexFolder
from search.index.snapshot_manager import REFUSED_FOR
from search.process import adopt_orphans
from search.server.template import Forked, Opened, Order
from search.server.worker import STOP_SECONDS, end_handshakes

LOOK_SECONDS = 0.2
"""How often CURRENT is read."""
_BUSY_SECONDS = 0.02
"""How often a worker that starts is looked at."""
_AGAIN_SECONDS = 0.5
"""A worker that ended right after its start is made again after so long."""
_LATE_SECONDS = 5
"""A worker that has not ended so long after it should have is killed."""
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger("lede.workers")

RunTemplate = Callable[[socket.socket, int], None]
"""What the process of a template does, given its channel and the supervisor's process id. It does not return."""


def slots_for(workers: int) -> int:
    """How many processes may share state: the supervisor, the workers, and those of earlier generations that end."""
    return 1 + 4 * workers


@dataclass(slots=True)
class _Template:
    pid: int
    channel: socket.socket
    opened: Opened | None = None


@dataclass(slots=True)
class _Worker:
    slot: int
    place: int
    """Which of the sockets it listens on."""
    template: int
    since: float
    pid: int = 0
    stopped: float = 0.0
    """When it was told to stop; 0 if it was not."""


class Supervisor:
    """Runs a service of several workers until it is told to stop."""

    def __init__(
        self,
        folder: IndexFolder,
        sockets: list[socket.socket],
        state: SharedState,
        numbers: Path,
        run_template: RunTemplate,
    ) -> None:
        """`numbers` is where the workers keep what /metrics tells."""
        self._folder, self._sockets, self._state, self._numbers = folder, sockets, state, numbers
        self._run_template = run_template
        self._serving: _Template | None = None
        self._loading: _Template | None = None
        self._workers: list[_Worker] = []
        self._ended_early: set[int] = set()
        self._not_before: dict[int, float] = {}
        """When the next worker of a place may be made."""
        self._signals: list[int] = []
        self._attempted: str | None = None
        self._again = 0.0
        self._stopping = 0.0
        self._reading, self._writing = os.pipe()

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or SIGHUP; then wait for the workers to finish what they began."""
        adopt_orphans()
        self._state.begin(0)
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in (*_STOPPING, signal.SIGCHLD):
            signal.signal(number, lambda number, _: self._signals.append(number))
        while self._step():
            self._wait()
        signal.set_wakeup_fd(-1)

    def _step(self) -> bool:
        """Do what is to be done now; gives whether there is anything left to wait for."""
        self._reap()
        self._heed_signals()
        for template in (self._serving, self._loading):
            self._hear(template)
        if self._stopping:
            self._kill_late_ones()
            return bool(self._workers)
        self._look()
        self._replace_old_ones()
        self._fill()
        return True

    def _wait(self) -> None:
        busy = self._stopping or any(not self._serves(worker) or worker.stopped for worker in self._workers)
        channels: list[int | socket.socket] = [
            self._reading,
            *(template.channel for template in (self._serving, self._loading) if template),
        ]
        select.select(channels, [], [], _BUSY_SECONDS if busy else LOOK_SECONDS)
        with suppress(BlockingIOError):
            os.read(self._reading, 4_096)

    def _serves(self, worker: _Worker) -> bool:
        return bool(worker.pid and self._state.serving[worker.slot])

    def _heed_signals(self) -> None:
        while self._signals:
            number = self._signals.pop(0)
            if number not in _STOPPING:
                continue
            if self._stopping:
                self._signal_all(number)
            else:
                self._stop()

    def _stop(self) -> None:
        """Take no new connection, and let the workers finish."""
        self._stopping = monotonic()
        for listening in self._sockets:
            end_handshakes(listening)
            listening.close()
        for template in (self._serving, self._loading):
            if template:
                _end(template)
        self._serving = self._loading = None
        self._workers = [worker for worker in self._workers if worker.pid]
        self._signal_all(signal.SIGTERM)

    def _signal_all(self, number: int) -> None:
        for worker in self._workers:
            worker.stopped = worker.stopped or monotonic()
            _send(worker.pid, number)

    def _kill_late_ones(self) -> None:
        for worker in self._workers:
            if worker.stopped and monotonic() - worker.stopped > STOP_SECONDS + _LATE_SECONDS:
                _send(worker.pid, signal.SIGKILL)

    def _reap(self) -> None:
        """Take note of the processes that have ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            self._take_note(pid, status)

    def _take_note(self, pid: int, status: int) -> None:
        worker = next((worker for worker in self._workers if worker.pid == pid), None)
        if worker is None:
            if pid not in {template.pid for template in (self._serving, self._loading) if template}:
                self._ended_early.add(pid)
            return
        self._workers.remove(worker)
        self._state.forget(worker.slot)
        forget_live(self._numbers, worker.slot)
        if not worker.stopped:
            if monotonic() - worker.since < _AGAIN_SECONDS:
                self._not_before[worker.place] = monotonic() + _AGAIN_SECONDS
            told = os.waitstatus_to_exitcode(status)
            _log.error("Worker %d ended (status %d); another takes its place.", pid, told)

    def _hear(self, template: _Template | None) -> None:
        """Take what a template reports."""
        while template is not None:
            try:
                message = template.channel.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if not message:
                self._lose(template)
                return
            if template.opened is None:
                template.opened = msgspec.json.decode(message, type=Opened)
                self._accept(template)
            else:
                self._note_fork(msgspec.json.decode(message, type=Forked))

    def _lose(self, template: _Template) -> None:
        """A template is gone: another is made; its workers go on."""
        _end(template)
        self._workers = [worker for worker in self._workers if worker.pid or worker.template != template.pid]
        if template is self._serving:
            self._serving, self._attempted = None, None
        elif template is self._loading:
            _log.error("The process that opens a generation ended.")
            self._loading, self._again = None, monotonic() + _LATE_SECONDS

    def _accept(self, template: _Template) -> None:
        """Let a template that has loaded take over, where it has something new to offer."""
        self._loading, opened, before = None, template.opened, self._serving
        if opened is None:
            return
        self._again = monotonic() + REFUSED_FOR if opened.trouble else float("inf")
        known = before.opened if before else None
        stays = known and not opened.generation  # what is served stays, and says why
        self._state.tell(opened.trouble if stays else "")
        if stays or known == opened:
            _end(template)
            return
        self._serving = template
        if before:
            _end(before)

    def _note_fork(self, forked: Forked) -> None:
        for worker in self._workers:
            if worker.slot == forked.slot and not worker.pid:
                worker.pid = forked.pid
                if forked.pid in self._ended_early:
                    self._ended_early.discard(forked.pid)
                    self._take_note(forked.pid, 0)
                return

    def _look(self) -> None:
        """Load what CURRENT names, when it names another generation, or after a while one that could not be opened."""
        if self._loading is not None:
            return
        try:
            current = self._folder.current_name()
        except IndexUnusableError:
            current = ""
        if current != self._attempted or monotonic() > self._again:
            self._attempted, self._again = current, float("inf")
            self._loading = self._load()

    def _load(self) -> _Template:
        supervisor = os.getpid()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            for held in (ours, *self._sockets, *(t.channel for t in (self._serving, self._loading) if t)):
                held.close()
            try:
                self._run_template(theirs, supervisor)
            except BaseException:
                _log.exception("Opening a generation failed")
            os._exit(1)
        theirs.close()
        ours.setblocking(False)
        return _Template(pid, ours)

    def _replace_old_ones(self) -> None:
        """Stop each worker of an earlier template once its place has a newer one."""
        if self._serving is None:
            return
        new = {worker.place for worker in self._workers if self._is_new(worker) and self._serves(worker)}
        for worker in self._workers:
            if not self._is_new(worker) and worker.place in new and worker.pid and not worker.stopped:
                worker.stopped = monotonic()
                _send(worker.pid, signal.SIGTERM)
        self._kill_late_ones()

    def _is_new(self, worker: _Worker) -> bool:
        return self._serving is not None and worker.template == self._serving.pid

    def _fill(self) -> None:
        """Order a worker for each place that has none."""
        if self._serving is None:
            return
        filled = {worker.place for worker in self._workers if self._is_new(worker) and not worker.stopped}
        for place in set(range(len(self._sockets))) - filled:
            self._order(self._serving, place)

    def _order(self, template: _Template, place: int) -> None:
        now = monotonic()
        slot = self._free_slot()
        if slot is None or now < self._not_before.get(place, 0.0):
            return
        message = msgspec.json.encode(Order(slot))
        with suppress(OSError):  # it is gone, which its channel tells next
            socket.send_fds(template.channel, [message], [self._sockets[place].fileno()])
            self._workers.append(_Worker(slot, place, template.pid, now))

    def _free_slot(self) -> int | None:
        """A slot that no process holds; where there is none, the worker that should have ended first is killed."""
        taken = {worker.slot for worker in self._workers}
        free = [slot for slot in range(1, self._state.slots) if slot not in taken]
        if free:
            return free[0]
        late = min((worker for worker in self._workers if worker.stopped), key=lambda worker: worker.stopped)
        _send(late.pid, signal.SIGKILL)
        return None


def _end(template: _Template) -> None:
    template.channel.close()
    _send(template.pid, signal.SIGKILL)


def _send(pid: int, number: int) -> None:
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
