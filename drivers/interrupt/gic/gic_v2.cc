#include "drivers/interrupt/gic/gic_v2.h"

#include <cstddef>

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Message;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kEnable = 1;          // GICD_CTLR, GICC_CTLR
constexpr std::uint32_t kAnyPriority = 0xff;  // GICC_PMR
constexpr std::uint32_t kNoSplit = 0;         // GICC_BPR: every bit of a priority counts; all are equal anyway
constexpr std::uint32_t kIdField = 0x3ff;     // GICC_IAR

// MSI_TYPER. [GICv2m] "Register summary"
struct MessageType {
  std::uint32_t value;
  constexpr std::uint32_t first() const { return value >> 16 & kIdField; }
  constexpr std::uint32_t count() const { return value & kIdField; }
};
constexpr std::uint64_t kSetSpi = 0x40;  // MSI_SETSPI_NS: the offset that devices write to

}  // namespace

// The distributor's targets, a byte a line. [GICv2] 4.3.12
struct GicV2::Targets {
  std::uint32_t ctlr;
  std::uint8_t other_004[0x7fc];
  std::uint8_t itargetsr[1024];
};

// [GICv2] 4.4, in its order.
struct GicV2::CpuInterface {
  std::uint32_t ctlr;
  std::uint32_t pmr;
  std::uint32_t bpr;
  std::uint32_t iar;
  std::uint32_t eoir;
};

struct GicV2::MessageFrame {
  std::uint32_t other_000[2];
  std::uint32_t typer;
};

volatile GicV2::CpuInterface& GicV2::cpu_interface() const {
  return *reinterpret_cast<volatile CpuInterface*>(bases_.cpu_interface.value);
}

void GicV2::Initialize() {
  static_assert(offsetof(Targets, itargetsr) == 0x800);
  auto& distributor = *reinterpret_cast<volatile Targets*>(bases_.distributor.value);
  distributor.ctlr = 0;
  line_count_ = lines_.Count();
  lines_.Reset(0, line_count_);
  // Of a private line the field reads as the core that asks. With a single core it may read as zero: not implemented.
  const std::uint8_t self = distributor.itargetsr[0];
  for (std::uint32_t line = kGicPrivateLines; line < line_count_; ++line) distributor.itargetsr[line] = self;
  FindMessages();
  distributor.ctlr = kEnable;
  cpu_interface().bpr = kNoSplit;
  cpu_interface().pmr = kAnyPriority;
  cpu_interface().ctlr = kEnable;
}

void GicV2::FindMessages() {
  if (bases_.message_frame.value == 0) return;
  const MessageType type = {reinterpret_cast<volatile MessageFrame*>(bases_.message_frame.value)->typer};
  if (type.first() < kGicPrivateLines || type.first() + type.count() > line_count_) return;
  next_message_ = type.first();
  end_of_messages_ = type.first() + type.count();
}

Result<void> GicV2::Configure(Line line, Trigger trigger) {
  if (line.number >= line_count_) return Fail(Error::kInvalidArgument);
  return lines_.SetTrigger(line, trigger);
}

Result<Message> GicV2::AllocateMessage() {
  if (end_of_messages_ == 0) return Fail(Error::kUnsupported);
  if (next_message_ == end_of_messages_) return Fail(Error::kOutOfMemory);
  const Line line = {next_message_++};
  if (const Result<void> set = lines_.SetTrigger(line, Trigger::kRisingEdge); !set) return Fail(set.error());
  return Message{.line = line, .address = {bases_.message_port.value + kSetSpi}, .data = line.number};
}

Line GicV2::Claim(std::uint32_t) {
  const std::uint32_t id = cpu_interface().iar & kIdField;
  return id < kGicFirstSpecialId ? Line{id} : kNoLine;
}

void GicV2::Complete(Line line) { cpu_interface().eoir = line.number; }

}  // namespace drivers::interrupt
