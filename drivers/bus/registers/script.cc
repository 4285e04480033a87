#include "drivers/bus/registers/script.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <format>
#include <string>

#include "kernel/base/time.h"

namespace drivers {
namespace {

// A driver that polls what the script does not give would never end.
constexpr int kMostBeyond = 1'000'000;

}  // namespace

Script& Script::Waits(kernel::Duration least) {
  wait_ = wait_ + least;
  return *this;
}

Script& Script::Add(const Step& step, int times) {
  steps_.push_back(step);
  steps_.back().wait = wait_;
  wait_ = {};
  for (int i = 1; i < times; ++i) {
    steps_.push_back(step);
  }
  return *this;
}

std::string Script::verdict() const {
  if (!complaint_.empty()) return complaint_;
  if (next_ < steps_.size()) return std::format("ended before step {} of {}", next_ + 1, steps_.size());
  return "";
}

// The step that `done` is, or null when it is not what comes next.
const Script::Step* Script::Take(const Step& done) {
  const kernel::Duration since = now_ - last_;
  last_ = now_;
  if (complaint_.empty()) {
    const auto describe = [](const Step& step) {
      return std::format("{} of {} bytes at {:#x}{}", step.is_read ? "read" : "write", step.bytes, step.offset,
                         step.is_read ? "" : std::format(", value {:#x}", step.value));
    };
    if (next_ == steps_.size()) {
      complaint_ = "after the end: " + describe(done);
    } else if (const Step& step = steps_[next_]; done.is_read != step.is_read || done.offset != step.offset ||
                                                 done.bytes != step.bytes ||
                                                 (!done.is_read && done.value != step.value)) {
      complaint_ = std::format("step {}: {}, not {}", next_ + 1, describe(done), describe(step));
    } else if (since < step.wait) {
      complaint_ = std::format("step {}: {} ns after the one before, not {}", next_ + 1, since.nanoseconds,
                               step.wait.nanoseconds);
    } else {
      ++next_;
      return &step;
    }
  }
  if (++beyond_ == kMostBeyond) {
    std::fputs((complaint_ + ", and no end\n").c_str(), stderr);
    std::abort();
  }
  return nullptr;
}

std::uint64_t Script::OnLoad(std::uint32_t offset, unsigned bytes) {
  const Step* const step = Take({.is_read = true, .offset = offset, .bytes = bytes, .value = 0});
  return step == nullptr ? 0 : step->value;
}

void Script::OnStore(std::uint32_t offset, std::uint64_t value, unsigned bytes) {
  (void)Take({.is_read = false, .offset = offset, .bytes = bytes, .value = value});
}

}  // namespace drivers
