// Who gets which line.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/arch/interrupts.h"
#include "kernel/base/late_read_only.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/interrupt/table.h"
#include "kernel/interrupt/ticks.h"

namespace kernel::interrupt {
namespace {

constinit MaskedSite kRegisterSite("register an interrupt line");
constinit MaskedSite kMaskSite("mask an interrupt line");

Controller& TheController() {
  if (table.controller == nullptr) {
    const LateReadOnlyWriter writer;
    table.controller = &board::InterruptController();
  }
  return *table.controller;
}

// The first free entry; kUnwanted if there is none.
std::size_t FindFree() {
  for (std::size_t entry = kUnwanted + 1; entry < kEntries; ++entry) {
    if (table.entries[entry].handler == nullptr) return entry;
  }
  return kUnwanted;
}

std::size_t EntryOf(Line line) { return table.entry_of[line.number]; }

void Forget(Line line) {
  const LateReadOnlyWriter writer;
  const MaskedSection section(kRegisterSite);
  table.controller->Mask(line);
  const std::size_t entry = EntryOf(line);
  table.entry_of[line.number] = kUnwanted;
  table.entries[entry] = {};
  accounts[entry] = {};
}

}  // namespace

Result<Registration> Register(Line line, Trigger trigger, const char* name, Handler handler, void* argument) {
  Controller& controller = TheController();
  if (line.number >= controller.line_count() || line.number >= kMostLines || EntryOf(line) != kUnwanted) {
    return Fail(Error::kInvalidArgument);
  }
  const std::size_t entry = FindFree();
  if (entry == kUnwanted) return Fail(Error::kOutOfMemory);
  StartTicks();
  {
    const LateReadOnlyWriter writer;
    const MaskedSection section(kRegisterSite);
    if (const Result<void> configured = controller.Configure(line, trigger); !configured) {
      return Fail(configured.error());
    }
    table.entries[entry] = {.handler = handler, .argument = argument, .name = name, .line = line};
    table.entry_of[line.number] = static_cast<std::uint8_t>(entry);
    accounts[entry] = {};
    controller.Unmask(line);
  }
  arch::UnmaskInterrupts();  // from the start of the image until now they were masked, perhaps
  return Registration(line);
}

Result<Message> AllocateMessage() {
  Controller& controller = TheController();
  const MaskedSection section(kRegisterSite);
  return controller.AllocateMessage();
}

Registration::Registration(Registration&& other) : line_(std::exchange(other.line_, kNoLine)) {}

Registration& Registration::operator=(Registration&& other) {
  std::swap(line_, other.line_);  // `other` ends ours
  return *this;
}

Registration::~Registration() {
  if (line_ != kNoLine) Forget(line_);
}

void Registration::Mask() {
  const MaskedSection section(kMaskSite);
  accounts[EntryOf(line_)].is_masked = true;
  table.controller->Mask(line_);
}

void Registration::Unmask() {
  const MaskedSection section(kMaskSite);
  Account& account = accounts[EntryOf(line_)];
  account.is_masked = false;
  if (!account.is_held) table.controller->Unmask(line_);
}

bool CanAnyLineAsk(Line except) {
  for (std::size_t entry = kUnwanted + 1; entry < kEntries; ++entry) {
    const Entry& candidate = table.entries[entry];
    if (candidate.handler != nullptr && candidate.line != except && !accounts[entry].is_masked) return true;
  }
  return false;
}

}  // namespace kernel::interrupt
