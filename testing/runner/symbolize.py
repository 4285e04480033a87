"""Gives the addresses of a panic's backtrace their function, file and line. Fails softly: lines stay as they are."""

import json
import re
import subprocess

_FRAME = re.compile(r"\s*#([0-9]+)\s+0x([0-9a-f]{1,16})(\s+\S.*|\s*)")  # with the name that the image itself knows, or none
_REGISTER = re.compile(r"(\S+) 0x([0-9a-f]{16})(?=\s|$)")
_PROGRAM_COUNTERS = ("pc", "elr", "elr_el1", "rip")
# No symbolizer, one that fails or hangs, one whose answer is not what we know.
_FAILURES = (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError, AttributeError)
_TIMEOUT = 60  # seconds; large images with debug information take long on a busy machine


def symbolize(lines, elf, symbolizer):
    """Returns `lines` of a panic with every backtrace line completed from the symbols of `elf`.

    `symbolizer`: path of llvm-symbolizer. An inlined function gets a line of its own, marked "inlined into".
    """
    addresses = _addresses(lines)
    if not addresses:
        return list(lines)
    try:
        symbols = _look_up(sorted(set(addresses.values())), elf, symbolizer)
    except _FAILURES as error:
        return [*lines, f"[runner] the backtrace has no names: {error}"]
    result = []
    for index, line in enumerate(lines):
        names = symbols.get(addresses.get(index), [])
        result.append(f"{line.rstrip()}  {names[0]}" if names else line)
        result += [f"      inlined into  {name}" for name in names[1:]]
    return result


def _addresses(lines):
    """The address to look up for each backtrace line, by the line's index.

    A return address stands behind its call, perhaps in the next function, so the byte before it is looked up. Frame 0
    is exact when it is the program counter of an exception, which the report lists among the registers.
    """
    exact = {
        int(value, 16)
        for line in lines
        for name, value in _REGISTER.findall(line)
        if name.lower() in _PROGRAM_COUNTERS
    }
    addresses = {}
    for index, line in enumerate(lines):
        if match := _FRAME.fullmatch(line):
            address = int(match[2], 16)
            is_exact = match[1] == "0" and address in exact
            addresses[index] = address if is_exact else max(address - 1, 0)
    return addresses


def _look_up(addresses, elf, symbolizer):
    """Returns for each address a list of "function file:line", innermost first; empty where nothing is known."""
    command = [symbolizer, f"--obj={elf}", "--output-style=JSON", "--relativenames"]
    answer = subprocess.run(
        command + [hex(address) for address in addresses],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_TIMEOUT,
        check=True,
        text=True,
    )
    found = {}
    for entry in json.loads(answer.stdout):
        symbols = [symbol for symbol in entry.get("Symbol", []) if symbol["FunctionName"]]
        found[int(entry["Address"], 16)] = [_name(symbol) for symbol in symbols]
    return found


def _name(symbol):
    if not symbol["FileName"]:
        return symbol["FunctionName"]
    return f"{symbol['FunctionName']} {symbol['FileName']}:{symbol['Line']}"
