"""The judgement of one run: a pure function of what was seen and what was expected."""

import dataclasses
import enum
import re
import signal

import emulator_log


class Kind(enum.Enum):
    """How a run ended. Only PASS is a success."""

    PASS = "passed"
    NOT_STARTED = "emulator did not start"
    PANIC = "panic"
    NO_PANIC = "no panic"
    TOO_FEW_CRASHES = "too few crashes"
    HANG = "hang"
    KILLED = "killed"
    RESET = "reset"
    EARLY_EXIT = "early exit"
    NO_CLOSING_LINE = "missing closing line"
    OUTPUT_AFTER_CLOSING = "output after the closing line"
    EMULATOR_FAILED = "emulator failed"
    STATUS_DISAGREES = "exit status disagrees"
    EXIT_CODE = "exit code"
    LINE_MISSING = "line missing"
    EMULATOR_LOG = "emulator log"


@dataclasses.dataclass(frozen=True)
class Expectation:
    """What a run must do: end with `exit_code`, or panic with a reason in which `panic` is found."""

    exit_code: int = 0
    panic: re.Pattern | None = None


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The judgement: its kind, one sentence, and lines that help to find the cause."""

    kind: Kind
    message: str
    details: tuple[str, ...] = ()

    @property
    def is_pass(self):
        return self.kind is Kind.PASS


def judge(spec, timeout, transcript, ending, log=emulator_log.LogReport(), expectation=Expectation()):
    """Judges a run of at most `timeout` seconds.

    `spec`: board_spec.BoardSpec; `transcript`: transcript.Transcript of the console; `ending`: process.Ending;
    `log`: emulator_log.LogReport. Returns a Verdict.
    """
    if ending.start_error is not None:
        return Verdict(Kind.NOT_STARTED, f"the emulator could not be started: {ending.start_error}")
    if transcript.panic is not None:
        verdict = _judge_panic(spec, timeout, transcript, ending, expectation)
    else:
        verdict = _judge_unclosed(spec, timeout, transcript, ending, log) or _judge_closed(
            spec, timeout, transcript, ending, expectation
        )
    if verdict.is_pass and transcript.crashes_missing:
        message = f"{transcript.crashes_missing} more panic(s) should have come before: {verdict.message}"
        return Verdict(Kind.TOO_FEW_CRASHES, message, tuple(transcript.last_lines))
    if verdict.is_pass and transcript.missing:
        patterns = ", ".join(f"/{pattern.pattern}/" for pattern in transcript.missing)
        return Verdict(Kind.LINE_MISSING, f"no line of the console matches {patterns}")
    if verdict.is_pass and log.unexpected_count and spec.log_unexpected_fails:
        message = f"the emulator logged {log.unexpected_count} line(s) that the board does not expect"
        return Verdict(Kind.EMULATOR_LOG, message, log.unexpected)
    return verdict


def _judge_panic(spec, timeout, transcript, ending, expectation):
    panic = transcript.panic
    lines = tuple(panic.lines)
    tail = ", and then a second panic while reporting it" if panic.is_nested else ""
    tail += f", and the machine did not power off within {timeout:g} s" if ending.timed_out else ""
    if expectation.panic is None:
        return Verdict(Kind.PANIC, f"panic: {panic.reason}{tail}", lines)
    if panic.is_nested or not expectation.panic.search(panic.reason):
        message = f"panic: {panic.reason}{tail}; expected was a panic that matches /{expectation.panic.pattern}/"
        return Verdict(Kind.PANIC, message, lines)
    if ending.timed_out:
        message = f"the expected panic came, but the machine did not power off within {timeout:g} s"
        return Verdict(Kind.HANG, message, lines)
    if not panic.is_complete:
        return Verdict(Kind.PANIC, f"the expected panic came, but its report breaks off: {panic.reason}", lines)
    if transcript.closing_code is not None:
        return Verdict(Kind.STATUS_DISAGREES, "the expected panic came, but the console has a closing line, too", lines)
    if ending.status != spec.exit_status.panic:
        message = f"the expected panic came, but the emulator {_ended(ending)} instead of {spec.exit_status.panic}"
        return Verdict(Kind.STATUS_DISAGREES, message, lines)
    return Verdict(Kind.PASS, f"panicked as expected: {panic.reason}")


def _judge_unclosed(spec, timeout, transcript, ending, log):
    """The endings that came from outside of the program; None if the machine powered off after a closing line."""
    last = tuple(transcript.last_lines)
    closing = transcript.closing_code
    if ending.timed_out:
        if closing is not None:
            message = f"hang: closing line with exit code {closing}, but no power-off within {timeout:g} s"
        elif transcript.is_empty:
            message = f"hang: not one line on the console within {timeout:g} s"
        else:
            message = f"hang: no closing line within {timeout:g} s; the last console lines follow"
        return Verdict(Kind.HANG, message, last)
    if ending.signal is not None:
        return Verdict(Kind.KILLED, f"the emulator {_ended(ending)}", _errors(ending) + last)
    if log.has_triple_fault:
        hint = "with -d int in the command above, the emulator's log shows the exceptions that led to it"
        message = "triple fault: an exception that could not be delivered reset the machine"
        return Verdict(Kind.RESET, message, (*last, hint))
    if ending.status in spec.start_failure_status and transcript.is_empty:
        message = f"the emulator did not start the machine: it {_ended(ending)}"
        return Verdict(Kind.NOT_STARTED, message, _errors(ending))
    if closing is not None:
        return None
    if transcript.broken_closing is not None:
        return Verdict(Kind.NO_CLOSING_LINE, f"the closing line is broken: {transcript.broken_closing!r}", last)
    return _judge_silent_end(spec, ending, last)


def _judge_silent_end(spec, ending, last):
    statuses = spec.exit_status
    can_power_off = statuses.is_power_off(ending.status)
    if ending.status == statuses.reset:
        if not can_power_off:
            message = "unexpected reset (a triple fault, or the reset register) before the closing line"
            return Verdict(Kind.RESET, message, last)
        message = "early exit: the machine powered off (or reset, which ends alike here) before the closing line"
        return Verdict(Kind.EARLY_EXIT, message, last)
    if not can_power_off:
        message = f"the emulator {_ended(ending)}, which none of the board's ways to end explains"
        return Verdict(Kind.EMULATOR_FAILED, message, _errors(ending) + last)
    if ending.status == statuses.of_code(0) and ending.status != statuses.panic:
        message = f"missing closing line: the machine reports success (status {ending.status}), the console does not"
        return Verdict(Kind.NO_CLOSING_LINE, message, last)
    message = f"early exit: the machine powered off (status {ending.status}) before the closing line"
    return Verdict(Kind.EARLY_EXIT, message, last)


def _judge_closed(spec, timeout, transcript, ending, expectation):
    code = transcript.closing_code
    last = tuple(transcript.last_lines)
    expected_status = spec.exit_status.of_code(code)
    if transcript.after_closing is not None:
        message = f"the console goes on after the closing line (exit {code}): {transcript.after_closing!r}"
        return Verdict(Kind.OUTPUT_AFTER_CLOSING, message, last)
    if ending.status != expected_status:
        message = f"the closing line says exit {code}, but the emulator {_ended(ending)} instead of {expected_status}"
        return Verdict(Kind.STATUS_DISAGREES, message, _errors(ending) + last)
    if expectation.panic is not None:
        message = f"main returned {code}; expected was a panic that matches /{expectation.panic.pattern}/"
        return Verdict(Kind.NO_PANIC, message, last)
    if code != expectation.exit_code:
        expected = "" if expectation.exit_code == 0 else f"; expected was {expectation.exit_code}"
        return Verdict(Kind.EXIT_CODE, f"main returned {code}{expected}", last)
    return Verdict(Kind.PASS, f"closing line with exit code {code}, and the emulator agrees")


def _ended(ending):
    if ending.signal is None:
        return f"ended with status {ending.status}"
    try:
        return f"was killed by {signal.Signals(ending.signal).name}"
    except ValueError:
        return f"was killed by signal {ending.signal}"


def _errors(ending):
    return tuple(ending.errors.strip().splitlines()[-20:])
