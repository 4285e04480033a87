// Counts the instructions of a piece of code, one by one: the same number on a busy machine as on an idle one.
#ifndef ENKEL_TESTING_SIM_INSTRUCTIONS_H_
#define ENKEL_TESTING_SIM_INSTRUCTIONS_H_

#include <cstdint>
#include <functional>
#include <optional>

namespace sim {

// What `body` does happens in a copy of the process, and is gone afterwards. Nothing: this machine lets no process be
// traced.
std::optional<std::uint64_t> CountInstructions(const std::function<void()>& body);

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_INSTRUCTIONS_H_
