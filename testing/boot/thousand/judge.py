"""What 1,000 starts of one image must have in common: nothing. Pure functions over what the starts printed."""

import math
import re

LINE = re.compile(r"^start ([0-9a-f]{128}) canary=([0-9a-f]+) image=([0-9a-f]+) heap=([0-9a-f]+) pages=([0-9a-f]+) "
                  r"stack=([0-9a-f]+) thread=([0-9a-f]+)$")
REGIONS = ("image", "heap", "pages", "stack", "thread")

# Each statistical limit is that of about one false alarm in 10^7 runs.
SIGMAS = 5.5
CANARY_BITS = [bit for bit in range(64) if not 8 <= bit < 16]  # the second byte is zero
PAGE_BITS = 12


def parse(line):
    """What a line says: (bytes, canary, {region: address}), or None for another line."""
    match = LINE.match(line)
    if not match:
        return None
    numbers = [int(text, 16) for text in match.groups()[1:]]
    return bytes.fromhex(match[1]), numbers[0], dict(zip(REGIONS, numbers[1:]))


def unlikely_bits(values, bits):
    """The bits that are set too often or too seldom for fair coins, and a sentence where all together stray too far."""
    count = len(values)
    problems, chi_square = [], 0.0
    for bit in bits:
        ones = sum(value >> bit & 1 for value in values)
        deviation = (2 * ones - count) / math.sqrt(count)
        chi_square += deviation**2
        if abs(deviation) > SIGMAS:
            problems.append(f"bit {bit} is set in {ones} of {count}")
    freedom = len(bits)
    limit = freedom + SIGMAS * math.sqrt(2 * freedom) + 2 * SIGMAS**2 / 3
    if chi_square > limit:
        problems.append(f"chi-square of {freedom} bits is {chi_square:.0f}, more than {limit:.0f}")
    return problems


def judge_streams(streams):
    """Random bytes of each start: no block of 32 twice, and no favour for ones or zeroes."""
    blocks = [stream[i:i + 32] for stream in streams for i in range(0, len(stream), 32)]
    problems = [] if len(set(blocks)) == len(blocks) else ["two starts have a block of 32 random bytes in common"]
    bits = 8 * len(streams[0])
    return problems + unlikely_bits([int.from_bytes(stream, "little") for stream in streams], range(bits))


def judge_canaries(canaries):
    problems = []
    if len(set(canaries)) != len(canaries):
        problems.append("a stack canary came twice")
    if any(canary >> 8 & 0xff for canary in canaries):
        problems.append("a stack canary has no zero byte")
    return problems + unlikely_bits(canaries, CANARY_BITS)


def most_collisions(count, bits):
    """How many of `count` values may be there before, when they are drawn from 2^bits."""
    expected = count * (count - 1) / 2 / 2**bits
    return expected + SIGMAS * math.sqrt(expected) + SIGMAS**2 / 3


def judge_region(name, addresses, bits):
    """Addresses of whole pages are drawn from 2^bits or more places, without favour for the bits that change."""
    pages = [address >> PAGE_BITS for address in addresses]
    collisions = len(pages) - len(set(pages))
    problems = []
    if collisions > most_collisions(len(pages), bits):
        problems.append(f"{name}: {collisions} of {len(pages)} addresses came before: fewer than {bits} bits are random")
    changing = [bit for bit in range(52) if len({page >> bit & 1 for page in pages}) == 2]
    fair = [bit for bit in changing if not unlikely_bits(pages, [bit])]
    if len(fair) < bits:
        problems.append(f"{name}: only {len(fair)} bits of the addresses are as a fair coin")
    return problems


def judge_deltas(addresses):
    """The regions move independently: the distance of two of them is another one each time. {region: [address]}"""
    problems = []
    names = sorted(addresses)
    for i, one in enumerate(names):
        for other in names[i + 1:]:
            distances = {a - b for a, b in zip(addresses[one], addresses[other])}
            if len(distances) < 0.9 * len(addresses[one]):
                problems.append(f"{one} and {other} are {len(distances)} distances apart in {len(addresses[one])} starts")
    return problems


def judge(starts, regions, bits):
    """All complaints about `starts`, of parse(). `regions`: those that must be random, in `bits` bits."""
    streams, canaries, places = zip(*starts)
    problems = judge_streams(streams) + judge_canaries(canaries)
    chosen = {name: [place[name] for place in places] for name in regions}
    for name, addresses in chosen.items():
        problems += judge_region(name, addresses, bits)
    return problems + judge_deltas(chosen)
