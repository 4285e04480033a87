// An edge-triggered line that asks again each time it is answered: a device gone wild. The messages of the board virt
// are writes, and so the handler can be that device.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>

#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/storm.h"

namespace {

using kernel::interrupt::Message;
using kernel::interrupt::ReadTotals;

void Send(const Message& message) { *reinterpret_cast<volatile std::uint32_t*>(message.address.value) = message.data; }

struct Device {
  Message message;
  volatile bool is_wild = true;
  volatile std::uint64_t answered = 0;
};

void OnMessage(void* argument) {
  auto& device = *static_cast<Device*>(argument);
  device.answered = device.answered + 1;
  if (device.is_wild) Send(device.message);
}

}  // namespace

int main() {
  const kernel::Result<Message> message = kernel::interrupt::AllocateMessage();
  if (!message) return 1;
  Device device = {.message = *message};
  const auto line =
      kernel::interrupt::Register(message->line, kernel::interrupt::Trigger::kRisingEdge, "wild", &OnMessage, &device);
  if (!line) return 2;

  Send(device.message);
  for (int i = 0; i < 50; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const std::uint64_t storms = ReadTotals().storms;
  const std::uint64_t answered = device.answered;
  std::printf("the program slept 50 times; a storm was seen: %s\n", storms > 0 ? "yes" : "no");
  if (storms == 0) return 3;
  if (answered < kernel::interrupt::kStormRuns) return 4;

  // When the device is tame again, its line works as ever.
  device.is_wild = false;
  for (int i = 0; i < 30; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));  // longer than a pause
  const std::uint64_t quiet = device.answered;
  const std::uint64_t storms_before = ReadTotals().storms;
  Send(device.message);
  for (int i = 0; i < 50 && device.answered == quiet; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (device.answered != quiet + 1) return 5;
  return ReadTotals().storms == storms_before ? 0 : 6;
}
