#include "drivers/usb_host/dwc2/dwc2.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb/host.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/model_echo.h"
#include "drivers/bus/usb/model_hub.h"
#include "drivers/bus/usb/types.h"
#include "drivers/usb_host/dwc2/model_core.h"
#include "kernel/base/poller.h"
#include "kernel/base/time.h"

namespace drivers::usb_host::dwc2 {
namespace {

using kernel::Duration;
using kernel::Instant;
using usb::EchoDevice;
using usb::EchoDriver;
using usb::Fault;
using usb::ModelHub;
using usb::Speed;

// A core, its driver, a host, and time in microframes.
class Machine final : private kernel::Waker {
 public:
  Machine() { host.Add(driver); }

  void Plug(usb::ModelDevice& device) {
    core.root.device = &device;
    device.is_plugged = true;
  }
  void Start() { host.Start(); }
  void Run(Duration time) {
    constexpr Duration kMicroframe = Duration::Microseconds(125);
    const Instant end = now + time;
    while (now < end) {
      for (int polls = 0; (is_woken_ || next_ <= now || Interrupts()) && polls < 1000; ++polls) {
        is_woken_ = false;
        next_ = host.Poll(now);
        ++polls_;
      }
      now = now + kMicroframe;
      core.Advance();
    }
  }
  int polls() const { return polls_; }

  ShadowMemory memory;
  ModelCore core{memory};
  Dwc2 controller{core, memory};
  usb::Host host{controller, *this};
  EchoDriver driver;
  Instant now{1'000'000'000};

 private:
  void Wake() override { is_woken_ = true; }
  bool Interrupts() { return core.HasInterrupt() && controller.OnInterrupt(); }

  bool is_woken_ = false;
  Instant next_ = kernel::kNever;
  int polls_ = 0;
};

std::string FirstOf(const std::vector<std::string>& complaints) { return complaints.empty() ? "" : complaints.front(); }

TEST(Dwc2, AFastDeviceOnTheRootPortIsSetUpAndMovesData) {
  Machine machine;
  EchoDevice device;
  machine.Plug(device);
  EXPECT_TRUE(machine.controller.IsThere());
  machine.Start();
  machine.Run(Duration::Seconds(1));
  EXPECT_EQ(machine.driver.rounds, 20);
  EXPECT_EQ(machine.driver.damaged + machine.driver.failures, 0);
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
  EXPECT_EQ(FirstOf(device.complaints), "");
}

TEST(Dwc2, ACoreThatStaysInResetIsGivenUp) {
  class Stuck final : public RegisterWindow {
    std::uint32_t Load(std::uint32_t) override { return 0x8000'0001; }
    void Store(std::uint32_t, std::uint32_t) override {}
  };
  Stuck stuck;
  ShadowMemory memory;
  Dwc2 controller(stuck, memory);
  EXPECT_FALSE(controller.IsThere());
  Instant now{};
  for (int i = 0; i < 1000; ++i) {
    now = now + Duration::Milliseconds(1);
    (void)controller.Poll(now);
  }
  EXPECT_TRUE(controller.has_failed());
  EXPECT_EQ(controller.Poll(now), kernel::kNever);
}

TEST(Dwc2, ATransferLongerThanTheCountersHoldGoesInPieces) {
  Machine machine;
  machine.core.packet_widths = 0;  // 15 packets, 2,047 bytes
  EchoDevice device(Speed::kFull);
  machine.Plug(device);
  machine.Start();
  machine.Run(Duration::Seconds(1));
  EXPECT_EQ(machine.driver.rounds, 20);
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
}

TEST(Dwc2, AnEmptyPacketBehindWholeOnesEndsATransferAndCounts) {
  class Whole final : public EchoDevice {
    bool OnPacket(std::uint8_t endpoint, std::span<const std::byte> bytes) override {
      return EchoDevice::OnPacket(endpoint, bytes) && EchoDevice::OnPacket(endpoint, {});
    }
  };
  Machine machine;
  Whole device;
  machine.driver.size = 512;
  machine.Plug(device);
  machine.Start();
  machine.Run(Duration::Seconds(1));
  EXPECT_EQ(machine.driver.rounds, 20);
  EXPECT_EQ(machine.driver.damaged + machine.driver.failures, 0);
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
  EXPECT_EQ(FirstOf(device.complaints), "");
}

TEST(Dwc2, DevicesBehindATranslatorAreSpokenToBySplitsOnTheirMicroframes) {
  Machine machine;
  ModelHub fast(4);
  ModelHub slow(2, Speed::kFull);  // its change endpoint is a periodic one
  EchoDevice device(Speed::kFull);
  fast.ports[2].device = &slow;
  slow.ports[1].device = &device;
  machine.Plug(fast);
  machine.Start();
  machine.Run(Duration::Seconds(6));
  EXPECT_EQ(machine.driver.attached, 1);
  EXPECT_EQ(machine.driver.rounds, 20);
  EXPECT_EQ(machine.driver.damaged + machine.driver.failures, 0);
  EXPECT_GT(machine.core.splits, 100);
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
  EXPECT_EQ(FirstOf(device.complaints), "");
  // The slow hub still tells by its periodic endpoint what happens.
  device.is_plugged = false;
  machine.Run(Duration::Seconds(1));
  EXPECT_EQ(machine.driver.detached, 1);
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
}

TEST(Dwc2, ADeviceThatHasNoRoomForAnotherPacketIsAskedBeforeItComes) {
  Machine machine;
  EchoDevice device;
  device.says_nyet = true;
  machine.Plug(device);
  machine.Start();
  machine.Run(Duration::Seconds(1));
  EXPECT_EQ(machine.driver.rounds, 20);
  EXPECT_GT(device.pings, 20);
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
  EXPECT_EQ(FirstOf(device.complaints), "");
}

// A NAK that is answered by asking again at once would keep bus and CPU busy for as long as nobody has anything to say.
TEST(Dwc2, ADeviceBehindATranslatorThatHasNothingToSayIsAskedOnceAMillisecondAtMost) {
  class Mute final : public EchoDevice {
   public:
    Mute() : EchoDevice(Speed::kFull) {}

   private:
    std::optional<usb::Bytes> NextPacket(std::uint8_t) override { return std::nullopt; }
  };
  Machine machine;
  ModelHub hub(2);
  Mute device;
  hub.ports[0].device = &device;
  machine.Plug(hub);
  machine.Start();
  machine.Run(Duration::Seconds(2));
  ASSERT_EQ(machine.driver.attached, 1);
  const int transactions = device.transactions;
  const int polls = machine.polls();
  machine.Run(Duration::Seconds(1));
  EXPECT_LE(device.transactions - transactions, 1000);
  EXPECT_GT(device.transactions - transactions, 300) << "nor is it forgotten";
  EXPECT_LE(machine.polls() - polls, 6000);
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
}

TEST(Dwc2, AQuietBusInterruptsNobody) {
  Machine machine;
  machine.Start();
  machine.Run(Duration::Seconds(1));
  const int before = machine.polls();
  machine.Run(Duration::Seconds(1));
  EXPECT_EQ(machine.polls(), before);
}

TEST(Dwc2, ACoreThatDoesNotLetGoOfAChannelIsNotWaitedForForEver) {
  Machine machine;
  EchoDevice device;
  machine.Plug(device);
  machine.Start();
  machine.Run(Duration::Milliseconds(500));
  machine.core.never_halts = true;
  device.is_plugged = false;
  machine.Run(Duration::Seconds(1));
  EXPECT_EQ(machine.driver.detached, 1);
  EXPECT_EQ(machine.host.device_count(), 0u);
}

TEST(Dwc2, PulledOutAndPutInAgainTheDeviceIsFoundEachTime) {
  Machine machine;
  EchoDevice device;
  machine.Start();
  for (int i = 1; i <= 4; ++i) {
    machine.Plug(device);
    machine.Run(Duration::Milliseconds(400 + i));
    EXPECT_EQ(machine.driver.attached, i);
    device.is_plugged = false;
    machine.Run(Duration::Milliseconds(200));
    EXPECT_EQ(machine.driver.detached, i);
    EXPECT_EQ(machine.host.device_count(), 0u);
  }
  EXPECT_EQ(FirstOf(machine.core.complaints), "");
}

TEST(Dwc2, TheThirdLostPacketInARowEndsATransfer) {
  for (const int lost : {2, 3}) {
    Machine machine;
    EchoDevice device;
    for (int i = 0; i < lost; ++i) device.faults[40 + i] = Fault::kDeaf;
    machine.Plug(device);
    machine.Start();
    machine.Run(Duration::Milliseconds(1500));
    EXPECT_EQ(machine.driver.attached, 1);
    EXPECT_EQ(machine.driver.failures, lost == 3 ? 1 : 0);
    EXPECT_EQ(machine.driver.rounds, 20);
  }
}

struct FaultCase {
  Fault fault;
  bool is_split;
};
class EveryFault : public testing::TestWithParam<FaultCase> {};

TEST_P(EveryFault, AtEveryTransactionIsSurvivedAndASoundDeviceWorksAfterwards) {
  const auto [fault, is_split] = GetParam();
  for (int at = 0; at < 50; at += 1) {
    SCOPED_TRACE(at);
    const auto machine = std::make_unique<Machine>();
    ModelHub hub(2);
    EchoDevice device(is_split ? Speed::kFull : Speed::kHigh);
    hub.ports[0].device = &device;
    device.faults[at] = fault;
    if (is_split) {
      machine->Plug(hub);
    } else {
      machine->Plug(device);
    }
    machine->Start();
    machine->Run(Duration::Milliseconds(1200));
    if (fault == Fault::kDeaf || fault == Fault::kNak) {
      EXPECT_EQ(machine->driver.attached, 1);
      EXPECT_EQ(machine->driver.failures, 0);  // nobody but the controller has noticed
    }
    device.is_plugged = false;
    machine->Run(Duration::Milliseconds(500));
    EXPECT_EQ(machine->host.device_count(), is_split ? 1u : 0u);
    EXPECT_EQ(machine->driver.attached, machine->driver.detached);
    device.faults.clear();
    device.is_plugged = true;
    machine->driver.rounds = 0;
    machine->Run(Duration::Milliseconds(1500));
    EXPECT_GT(machine->driver.rounds, is_split ? 5 : 19);
    EXPECT_EQ(FirstOf(machine->core.complaints), "");
    EXPECT_EQ(FirstOf(device.complaints), "");
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryFault,
                         testing::Values(FaultCase{Fault::kDeaf, false}, FaultCase{Fault::kNak, false},
                                         FaultCase{Fault::kStall, false}, FaultCase{Fault::kShort, false},
                                         FaultCase{Fault::kLong, false}, FaultCase{Fault::kWrongToggle, false},
                                         FaultCase{Fault::kGarbage, false}, FaultCase{Fault::kUnplug, false},
                                         FaultCase{Fault::kDeaf, true}, FaultCase{Fault::kNak, true},
                                         FaultCase{Fault::kStall, true}, FaultCase{Fault::kShort, true},
                                         FaultCase{Fault::kLong, true}, FaultCase{Fault::kWrongToggle, true},
                                         FaultCase{Fault::kGarbage, true}, FaultCase{Fault::kUnplug, true},
                                         FaultCase{Fault::kDead, false}, FaultCase{Fault::kDead, true}));

}  // namespace
}  // namespace drivers::usb_host::dwc2
