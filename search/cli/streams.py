"""Standard streams of a program: a closed pipe or an odd encoding ends in no traceback."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

INTERRUPTED = 130
_UNWRITTEN = 1


def with_safe_streams(program: str, run: Callable[[], int], interrupted: str = "") -> int:
    """The exit status of `run`, with everything that it printed written.

    A reader that went away, as `head` does, is no error. What cannot be written is one, and is said. A sign that the
    locale does not have becomes its number. `interrupted` is said after Ctrl-C.
    """
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # a test's stream, or one that is closed
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        status = run()
        sys.stdout.flush()
    except BrokenPipeError:
        _turn_away()
        return 0
    except KeyboardInterrupt:
        _say(f"\n{program}: {interrupted}" if interrupted else "")
        return INTERRUPTED
    except OSError as failure:
        _say(f"{program}: {_told(failure)}")
        _turn_away()
        return _UNWRITTEN
    return status


def _open_closed() -> None:
    """Give a stream that was closed before the start (`>&-`) a place where what is written goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (open to the end)


def as_typed(arguments: Sequence[str]) -> list[str]:
    """Arguments as they were typed, in UTF-8, also where the locale knows ASCII alone."""
    return [
        os.fsencode(one).decode("utf-8", "replace") if any("\udc80" <= sign <= "\udcff" for sign in one) else one
        for one in arguments
    ]


def _told(failure: OSError) -> str:
    where = f" {failure.filename}" if failure.filename else ""
    return f"{failure.strerror or failure}{':' if where else ''}{where}."


def _turn_away() -> None:
    """Let what is still to be written go nowhere: the interpreter would try once more at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _say(line: str) -> None:
    with suppress(OSError, ValueError):
        if line:
            sys.stderr.write(f"{line}\n")
