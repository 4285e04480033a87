#include "drivers/interrupt/gic/gic_v2.h"

#include <cstdint>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/gic/registers.h"

namespace drivers::interrupt {
namespace {

namespace cpu = gic_cpu_interface;
namespace distributor = gic_distributor;
namespace messages = gic_messages;

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Message;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kAnyPriority = 0xff;
constexpr std::uint32_t kNoSplit = 0;  // every bit of a priority counts; all are equal anyway

}  // namespace

template <typename Registers>
void GicV2On<Registers>::Initialize() {
  bases_.distributor.template Write<distributor::CTLR>(0);
  line_count_ = lines_.Count();
  lines_.Reset(0, line_count_);
  // Of a private line the field reads as the core that asks. With a single core it may read as zero: not implemented.
  const std::uint8_t self = bases_.distributor.template Read<distributor::ITARGETSR>().value;
  for (std::uint32_t line = kGicPrivateLines; line < line_count_; ++line) {
    bases_.distributor.template Write<distributor::ITARGETSR>(self, line);
  }
  FindMessages();
  bases_.distributor.template Write<distributor::CTLR>(distributor::CTLR::Enable::kMask);
  bases_.cpu_interface.template Write<cpu::BPR>(kNoSplit);
  bases_.cpu_interface.template Write<cpu::PMR>(kAnyPriority);
  bases_.cpu_interface.template Write<cpu::CTLR>(cpu::CTLR::Enable::kMask);
}

template <typename Registers>
void GicV2On<Registers>::FindMessages() {
  if (!bases_.message_frame.are_there()) return;
  const std::uint32_t type = bases_.message_frame.template Read<messages::MSI_TYPER>().value;
  const std::uint32_t first = messages::MSI_TYPER::FIRST::Get(type);
  const std::uint32_t end = first + messages::MSI_TYPER::COUNT::Get(type);
  if (first < kGicPrivateLines || end > line_count_) return;
  next_message_ = first;
  end_of_messages_ = end;
}

template <typename Registers>
Result<void> GicV2On<Registers>::Configure(Line line, Trigger trigger) {
  if (line.number >= line_count_) return Fail(Error::kInvalidArgument);
  return lines_.SetTrigger(line, trigger);
}

template <typename Registers>
Result<Message> GicV2On<Registers>::AllocateMessage() {
  if (end_of_messages_ == 0) return Fail(Error::kUnsupported);
  if (next_message_ == end_of_messages_) return Fail(Error::kOutOfMemory);
  const Line line = {next_message_++};
  if (const Result<void> set = lines_.SetTrigger(line, Trigger::kRisingEdge); !set) return Fail(set.error());
  const std::uint64_t port = bases_.message_port.value + messages::MSI_SETSPI_NS::kOffset;
  return Message{.line = line, .address = {port}, .data = line.number};
}

template <typename Registers>
Line GicV2On<Registers>::Claim(std::uint32_t) {
  const std::uint32_t id = cpu::IAR::InterruptID::Get(bases_.cpu_interface.template Read<cpu::IAR>().value);
  return id < kGicFirstSpecialId ? Line{id} : kNoLine;
}

template <typename Registers>
void GicV2On<Registers>::Complete(Line line) {
  bases_.cpu_interface.template Write<cpu::EOIR>(line.number);
}

template class GicV2On<MappedRegisters>;
template class GicV2On<DoubleRegisters>;

}  // namespace drivers::interrupt
