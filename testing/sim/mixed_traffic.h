// A seed of mixed traffic: hosts of all kinds, cables of all qualities, TCP both ways, datagrams, and who breaks off.
#ifndef ENKEL_TESTING_SIM_MIXED_TRAFFIC_H_
#define ENKEL_TESTING_SIM_MIXED_TRAFFIC_H_

#include <cstdint>
#include <string>

namespace sim {

// What happened, for one seed or summed up.
struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t events = 0;
  std::uint64_t flows = 0;  // of TCP
  std::uint64_t completed_flows = 0;
  std::uint64_t tcp_bytes = 0;  // received and checked
  std::uint64_t datagrams = 0;  // likewise
  std::uint64_t echoes = 0;
  std::uint64_t frames = 0;
  std::uint64_t lost_frames = 0;
  std::uint64_t retransmissions = 0;
  std::uint64_t virtual_seconds = 0;
  std::uint64_t skewed_clocks = 0;  // hosts whose clock is not the world's
  std::uint64_t refusals = 0;       // packets and buffers that were not there

  Totals& operator+=(const Totals& other);
};

struct Outcome {
  std::string failure;  // empty: all is well
  std::uint64_t trace_hash = 0;
  Totals totals;
};

struct RunOptions {
  std::string capture_prefix = {};  // not empty: each cable's frames are written to PREFIX-cableN.pcap as they pass
  bool is_condemned = false;        // it fails, whatever happens: to see what becomes of a seed that fails
};

Outcome RunMixedTraffic(std::uint64_t seed, const RunOptions& options = {});

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_MIXED_TRAFFIC_H_
