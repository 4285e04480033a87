"""What an image is made of, asked of llvm-objdump and llvm-nm."""

import re
import subprocess
import sys

_FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
# The instructions that enter another kernel. `int $0x80` and `sysenter` are the old doors of x86. `hvc` and `smc` call
# firmware (PSCI), which is below a kernel.
_ENTERS_A_KERNEL = re.compile(r"\t(svc|syscall|sysenter|int\t+\$?0x80)\b")


def run(tool, *arguments):
    """Returns what `tool` prints. Ends the test with the tool's own words when it fails."""
    result = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{tool} {' '.join(arguments)}: {result.stderr}")
    return result.stdout


def functions_that_enter_a_kernel(disassembly):
    """Returns {function: [instruction, ...]} of the instructions that are system calls."""
    found, function = {}, "(no function)"
    for line in disassembly.splitlines():
        if match := _FUNCTION.match(line):
            function = match[1]
        elif match := _ENTERS_A_KERNEL.search(line):
            found.setdefault(function, []).append(match[1])
    return found


def defined_symbols(nm_output):
    """Returns the names that `llvm-nm --defined-only` printed."""
    return {line.split(" ", 2)[2] for line in nm_output.splitlines() if line.count(" ") >= 2}
