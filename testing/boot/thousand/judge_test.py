#!/usr/bin/python3
import random
import unittest

import judge


def starts(count=1000, seed=1, **overrides):
    """`count` faultless starts; an override is a function of the generator."""
    generator = random.Random(seed)
    made = []
    for _ in range(count):
        stream = overrides.get("stream", lambda g: g.randbytes(64))(generator)
        canary = overrides.get("canary", lambda g: g.getrandbits(64) & ~0xff00)(generator)
        places = {name: 0x10_0000_0000 + (generator.getrandbits(20) << 12) for name in judge.REGIONS}
        places.update({name: value(generator) for name, value in overrides.items() if name in judge.REGIONS})
        made.append((stream, canary, places))
    return made


class JudgeTest(unittest.TestCase):
    def complaints(self, made, regions=judge.REGIONS):
        return " / ".join(judge.judge(made, regions, 18))

    def test_random_starts_pass(self):
        for seed in range(5):
            self.assertEqual(self.complaints(starts(seed=seed)), "")

    def test_a_line_is_read(self):
        line = "start " + "0f" * 64 + " canary=ff00ab image=1000 heap=2000 pages=3000 stack=4000 thread=5000"
        self.assertEqual(judge.parse(line),
                         (b"\x0f" * 64, 0xff00ab, dict(image=0x1000, heap=0x2000, pages=0x3000, stack=0x4000, thread=0x5000)))
        self.assertIsNone(judge.parse("[enkel] exit 0"))

    def test_a_repeated_block_is_seen(self):
        made = starts()
        made[7] = (made[7][0][:32] + made[900][0][:32], *made[7][1:])
        self.assertIn("block of 32", self.complaints(made))

    def test_a_constant_byte_of_the_stream_is_seen(self):
        self.assertIn("bit 0 is set in 1000", self.complaints(starts(stream=lambda g: b"\xff" + g.randbytes(63))))

    def test_a_slightly_unfair_stream_is_seen(self):
        def mostly_ones(generator):
            return bytes(generator.getrandbits(8) | generator.getrandbits(8) & generator.getrandbits(8) for _ in range(64))
        self.assertIn("chi-square", self.complaints(starts(stream=mostly_ones)))

    def test_a_repeated_canary_is_seen(self):
        made = starts()
        made[3] = (made[3][0], made[4][1], made[3][2])
        self.assertIn("canary came twice", self.complaints(made))

    def test_a_canary_without_its_zero_byte_is_seen(self):
        self.assertIn("no zero byte", self.complaints(starts(canary=lambda g: g.getrandbits(64))))

    def test_a_canary_of_32_bits_is_seen(self):
        self.assertIn("bit 63 is set in 0", self.complaints(starts(canary=lambda g: g.getrandbits(32) & ~0xff00)))

    def test_a_canary_of_the_cycle_counter_is_seen(self):
        self.assertNotEqual(self.complaints(starts(canary=lambda g: 0x1234567 + (g.getrandbits(10) << 16))), "")

    def test_a_region_of_16_bits_is_seen(self):
        self.assertIn("heap: only 16 bits", self.complaints(starts(heap=lambda g: g.getrandbits(16) << 12)))

    def test_a_region_with_few_places_among_many_bits_is_seen(self):
        places = [random.Random(9).getrandbits(30) << 12 for _ in range(1)] + \
                 [random.Random(i).getrandbits(30) << 12 for i in range(2000)]
        self.assertIn("stack: ", self.complaints(starts(stack=lambda g: g.choice(places))))

    def test_regions_that_move_together_are_seen(self):
        made = starts()
        for _, _, places in made:
            places["stack"] = places["heap"] + 0x5000
        self.assertIn("heap and stack are 1 distances apart", self.complaints(made))

    def test_a_region_that_may_stand_still_is_not_judged(self):
        made = starts(image=lambda g: 0x80000)
        self.assertEqual(self.complaints(made, ("heap", "stack", "thread")), "")


if __name__ == "__main__":
    unittest.main()
