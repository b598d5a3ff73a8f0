"""How long does an answer take? Systems by turns, question by question, round by round.

Machines are noisy. So each question is asked of every system before the next question, in an order that is drawn anew
each time, and a question's time is the median of its rounds; percentiles are over questions.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.questions import Question

Ask = Callable[[Question], float]
"""Answers a question; gives the milliseconds that it took."""


@dataclass(frozen=True, slots=True)
class Times:
    """A system's milliseconds by question, (questions,)."""

    system: str
    by_question: NDArray[np.float64]

    def percentile(self, share: int) -> float:
        """The time within which that share of the questions, in per cent, is answered."""
        return float(np.percentile(self.by_question, share)) if self.by_question.size else float("nan")

    def of(self, kind: str, questions: Sequence[Question]) -> "Times":
        """The times of the questions of one kind."""
        chosen = np.array([question.kind == kind for question in questions], dtype=np.bool_)
        return Times(self.system, self.by_question[chosen])


def clocked(answer: Callable[[Question], object]) -> Ask:
    """A system in this process, with a clock."""

    def ask(question: Question) -> float:
        started = time.perf_counter_ns()
        answer(question)
        return (time.perf_counter_ns() - started) / 1e6

    return ask


def timed(make: Callable[[], Mapping[str, Ask]], questions: Sequence[Question], rounds: int) -> list[Times]:
    """Ask every system every question, so many rounds. `make` gives the systems anew for each round.

    Anew, because an engine may remember the questions it has met.
    """
    warmed = make()
    for question in questions[:: max(1, len(questions) // 12)]:
        for ask in warmed.values():
            ask(question)
    names, dice = list(warmed), np.random.default_rng(1)
    taken = np.zeros((rounds, len(names), len(questions)))
    for turn in range(rounds):
        systems = make()
        for number, question in enumerate(questions):
            for system in dice.permutation(len(names)):
                taken[turn, system, number] = systems[names[system]](question)
    medians = np.median(taken, axis=0)
    return [Times(name, medians[system]) for system, name in enumerate(names)]
