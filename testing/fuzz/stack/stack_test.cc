// The fuzz target's own machinery: seeds are what they say, and broken promises are seen.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "testing/fuzz/stack/player.h"
#include "testing/fuzz/stack/recording.h"
#include "testing/fuzz/stack/steps.h"

namespace fuzz {
namespace {

struct Replay {
  ProgramCounters recorded;
  ProgramCounters replayed;
  std::uint64_t recorded_bytes = 0;  // that the host sent
  std::uint64_t replayed_bytes = 0;
  bool had_lease = false;
};

Replay ReplayOf(std::string_view name) {
  Replay replay;
  for (const Seed& seed : Seeds()) {
    if (seed.name != name) continue;
    Recording recording(seed.conditions);
    seed.record(recording);
    const std::vector<std::uint8_t> steps = recording.Steps();
    Player player;
    Input input(steps);
    while (!input.IsEmpty()) {
      player.Take(input);
      replay.had_lease |= player.program().dhcp().lease() != nullptr;
    }
    replay.recorded = recording.program().counters();
    replay.replayed = player.program().counters();
    replay.recorded_bytes = recording.host().card().ReadCounters().transmitted_bytes;
    replay.replayed_bytes = player.host().card().ReadCounters().transmitted_bytes;
    player.Finish();
  }
  return replay;
}

TEST(StackFuzz, SeedsReplayWhatWasRecordedToTheLastByteSent) {
  for (const Seed& seed : Seeds()) {
    const Replay replay = ReplayOf(seed.name);
    EXPECT_GT(replay.recorded_bytes, 500u) << seed.name;
    EXPECT_EQ(replay.recorded_bytes, replay.replayed_bytes) << seed.name;
    EXPECT_EQ(replay.recorded.connected, replay.replayed.connected) << seed.name;
    EXPECT_EQ(replay.recorded.read_bytes, replay.replayed.read_bytes) << seed.name;
    EXPECT_EQ(replay.recorded.datagrams, replay.replayed.datagrams) << seed.name;
    EXPECT_EQ(replay.recorded.names, replay.replayed.names) << seed.name;
  }
}

TEST(StackFuzz, SeedsReachWhatTheyAreFor) {
  EXPECT_EQ(ReplayOf("call_ipv4").replayed.connected, 1u);
  EXPECT_EQ(ReplayOf("call_ipv4").replayed.read_bytes, 0x2000u + 10);
  EXPECT_EQ(ReplayOf("call_ipv6").replayed.read_bytes, 0x2000u + 10);
  EXPECT_EQ(ReplayOf("call_bad_cable").replayed.read_bytes, 0x2000u + 10);
  EXPECT_EQ(ReplayOf("be_called").replayed.connected, 2u);
  EXPECT_EQ(ReplayOf("be_called").replayed.read_bytes, 0x1000u);
  EXPECT_EQ(ReplayOf("misfortunes").replayed.connected, 1u);
  EXPECT_EQ(ReplayOf("datagrams").replayed.datagrams, 2u);
  EXPECT_EQ(ReplayOf("datagrams").replayed.echoes, 2u);
  EXPECT_EQ(ReplayOf("names").replayed.names, 4u);
  EXPECT_TRUE(ReplayOf("lease").had_lease);
}

}  // namespace
}  // namespace fuzz
