#include "boards/linux/interface.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "boards/linux/clock_vdso.h"
#include "boards/linux/interrupts.h"
#include "boards/linux/paths.h"
#include "boards/linux/system_call.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "net/wire/address.h"

namespace board {

using kernel::Fail;
using kernel::Result;

Result<net::MacAddress> ReadInterfaceMac(int file, std::string_view name) {
  InterfaceRequest request;
  std::ranges::copy(name, request.name.begin());
  if (linux_abi::EnkelLinuxIoctl(file, SIOCGIFHWADDR, &request) < 0) return Fail(kernel::Error::kUnsupported);
  return net::MacAddress{request.mac};
}

// The line asks as long as a frame waits: held back until all were read.
void ReadableFile::OnInterrupt(void* self) {
  ReadableFile& readable = *static_cast<ReadableFile*>(self);
  readable.is_asleep_ = false;
  readable.registration_.Mask();
  readable.waker_->Wake();
}

Result<void> ReadableFile::Listen(int file, const char* name, kernel::Waker& waker) {
  UseFastClock();
  waker_ = &waker;
  Result<kernel::interrupt::Registration> made =
      kernel::interrupt::Register(LineOfFile(file), kernel::interrupt::Trigger::kHighLevel, name, &OnInterrupt, this);
  if (!made) return Fail(made.error());
  registration_ = std::move(*made);
  return {};
}

}  // namespace board
