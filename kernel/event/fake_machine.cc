#include "kernel/event/fake_machine.h"

#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/arch/address_space.h"
#include "kernel/arch/context.h"
#include "kernel/arch/cpu.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/panic/panic.h"

namespace kernel::event {

void PassTime(Duration duration) {
  fake_now = fake_now + duration;
  interrupt::DeliverFakeInterrupts();
}

FakeThread::FakeThread(std::function<void()> body)
    : body_(std::move(body)), stack_(std::make_unique<std::array<std::byte, kStackSize>>()) {
  Start(thread_, stack_->data() + stack_->size(), 0, &Run, this);
}

FakeThread::~FakeThread() { CHECK(has_ended_); }

void FakeThread::Run(void* self) {
  static_cast<FakeThread*>(self)->body_();
  Exit([](void* ended) { static_cast<FakeThread*>(ended)->has_ended_ = true; }, self);
}

}  // namespace kernel::event

namespace kernel::arch {
namespace {

struct HostContext {
  ucontext_t machine;
  void (*entry)(void*);
  void* argument;
};

// Context::stack_pointer holds the place in here, counted from 1.
std::vector<std::unique_ptr<HostContext>>& Contexts() {
  static auto* const contexts = new std::vector<std::unique_ptr<HostContext>>;
  return *contexts;
}

HostContext& At(std::uint64_t place) { return *Contexts().at(place - 1); }

void Enter(unsigned place) {
  const HostContext& context = At(place);
  context.entry(context.argument);
}

std::uint64_t Add() {
  Contexts().push_back(std::make_unique<HostContext>());
  return Contexts().size();
}

}  // namespace

Context MakeContext(std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument) {
  constexpr std::size_t kAnySize = 4096;  // used to find the top only
  const std::uint64_t place = Add();
  HostContext& context = At(place);
  context.entry = entry;
  context.argument = argument;
  CHECK(getcontext(&context.machine) == 0);
  context.machine.uc_stack.ss_sp = stack_top - kAnySize;
  context.machine.uc_stack.ss_size = kAnySize;
  context.machine.uc_link = nullptr;
  makecontext(&context.machine, reinterpret_cast<void (*)()>(&Enter), 1, static_cast<unsigned>(place));
  return {.stack_pointer = place, .thread_pointer = thread_pointer};
}

extern "C" void EnkelSwitchContext(Context* from, const Context* to) {
  if (from->stack_pointer == 0) from->stack_pointer = Add();
  CHECK(swapcontext(&At(from->stack_pointer).machine, &At(to->stack_pointer).machine) == 0);
}

std::uint64_t ThreadPointer() { return 0; }

Result<void> Protect(VirtualAddress, std::uint64_t, Access) { return {}; }

}  // namespace kernel::arch

namespace kernel::panic {

void Panic(std::string_view reason) {
  // No stdio: this may run on the loop's small stack.
  (void)!write(STDERR_FILENO, reason.data(), reason.size());
  std::abort();
}

}  // namespace kernel::panic
