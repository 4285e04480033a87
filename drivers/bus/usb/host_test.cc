#include "drivers/bus/usb/host.h"

#include <cstddef>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/hub.h"
#include "drivers/bus/usb/model_controller.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/model_echo.h"
#include "drivers/bus/usb/model_hub.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/time.h"

namespace drivers::usb {
namespace {

using kernel::Duration;

class HostTest : public testing::Test {
 protected:
  HostTest() { bus_.host.Add(driver_); }

  void ExpectNothingLeft() {
    EXPECT_EQ(bus_.host.device_count(), 0u);
    EXPECT_EQ(bus_.controller.open_pipes, 0);
    EXPECT_EQ(driver_.attached, driver_.detached);
    EXPECT_EQ(driver_.device, nullptr);
  }
  void Unplug(ModelDevice& device) {
    device.is_plugged = false;
    bus_.Run(Duration::Seconds(2));
  }

  ModelBus bus_;
  EchoDriver driver_;
};

TEST_F(HostTest, ADeviceGetsAnAddressAndTheConfigurationThatADriverIsFor) {
  EchoDevice device;
  bus_.Plug(device);
  bus_.Start();
  bus_.Run(Duration::Milliseconds(500));
  ASSERT_EQ(driver_.attached, 1);
  EXPECT_EQ(device.address, 1);
  EXPECT_EQ(device.configuration, 5);
  EXPECT_EQ(driver_.device->descriptor().product, 0x5678);
  EXPECT_EQ(driver_.device->speed(), Speed::kHigh);
  EXPECT_EQ(driver_.rounds, 20);
  EXPECT_EQ(driver_.damaged + driver_.failures, 0);
  EXPECT_TRUE(device.complaints.empty()) << device.complaints.front();
}

TEST_F(HostTest, AQuietBusAsksForNoPolls) {
  bus_.Start();
  bus_.Run(Duration::Seconds(1));
  EXPECT_EQ(bus_.host.Poll(bus_.now), kernel::kNever);
}

TEST_F(HostTest, ADeviceWithoutADriverIsLeftAlone) {
  EchoDevice device;
  device.device_descriptor[8] = std::byte{0x99};
  bus_.Plug(device);
  bus_.Start();
  bus_.Run(Duration::Milliseconds(500));
  EXPECT_EQ(driver_.attached, 0);
  EXPECT_EQ(bus_.host.device_count(), 1u);
  EXPECT_EQ(device.configuration, 0);
  Unplug(device);
  ExpectNothingLeft();
}

// [USB2] 5.5.3: a fast device has packets of 64 bytes at endpoint 0.
TEST_F(HostTest, ADeviceWhoseFirstPacketsHaveASizeThatCannotBeIsRefused) {
  bus_.Start();
  for (const int size : {0, 1, 8, 63, 65, 255}) {
    EchoDevice device;
    device.device_descriptor[7] = static_cast<std::byte>(size);
    bus_.Plug(device);
    bus_.Run(Duration::Seconds(1));
    EXPECT_EQ(driver_.attached, 0) << size;
    EXPECT_EQ(device.address, 0) << size;
    Unplug(device);
    ExpectNothingLeft();
  }
}

TEST_F(HostTest, UnpluggedAndPluggedInAgainItIsFoundEachTime) {
  EchoDevice device;
  bus_.Start();
  for (int i = 1; i <= 5; ++i) {
    bus_.Plug(device);
    bus_.Run(Duration::Milliseconds(200) + Duration::Milliseconds(i));
    EXPECT_EQ(driver_.attached, i);
    Unplug(device);
    EXPECT_EQ(driver_.gone, i);
    ExpectNothingLeft();
  }
}

TEST_F(HostTest, BehindNestedHubsAFullSpeedDeviceIsTranslatedByTheNearestFastHub) {
  ModelHub outer(4);
  ModelHub inner(4);
  ModelHub slow(2, Speed::kFull);
  EchoDevice device(Speed::kFull);
  outer.ports[1].device = &inner;
  inner.ports[2].device = &slow;
  slow.ports[0].device = &device;
  bus_.Plug(outer);
  bus_.Start();
  bus_.Run(Duration::Seconds(2));
  ASSERT_EQ(driver_.attached, 1);
  EXPECT_EQ(bus_.host.device_count(), 4u);
  ASSERT_NE(driver_.device->translator(), nullptr);
  EXPECT_EQ(driver_.device->translator()->address(), inner.address);
  EXPECT_EQ(driver_.device->translator_port(), 3);
  EXPECT_EQ(driver_.rounds, 20);
  Unplug(outer);
  ExpectNothingLeft();
}

// Two alternate settings: one translator, and one a port.
struct HubWithManyTranslators : ModelHub {
  explicit HubWithManyTranslators(int protocol) : ModelHub(4) {
    configurations = {MakeBytes({9, 2, 41, 0,  1, 1, 0, 0xe0, 1, 9, 4, 0,        0, 1, 9, 0,    1, 0, 7, 5, 0x81,
                                 3, 1, 0,  12, 9, 4, 0, 1,    1, 9, 0, protocol, 0, 7, 5, 0x81, 3, 1, 0, 12})};
  }
};

TEST_F(HostTest, AHubWithATranslatorForEachPortIsToldToUseThem) {
  for (const int protocol : {2, 1}) {
    HubWithManyTranslators hub(protocol);
    EchoDevice device(Speed::kFull);
    hub.ports[1].device = &device;
    if (protocol == 2) bus_.Start();
    bus_.Plug(hub);
    bus_.Run(Duration::Seconds(2));
    EXPECT_EQ(hub.alternates[0], protocol == 2 ? 1 : 0);
    EXPECT_TRUE(hub.complaints.empty()) << hub.complaints.front();
    EXPECT_EQ(driver_.rounds, 20);
    Unplug(hub);
    ExpectNothingLeft();
    driver_.rounds = 0;
  }
}

TEST_F(HostTest, ManyDevicesAtOnceAreGivenAddressesOneAfterTheOther) {
  ModelHub hub(7);
  std::vector<std::unique_ptr<EchoDevice>> devices;
  for (ModelPort& port : hub.ports) {
    devices.push_back(std::make_unique<EchoDevice>());
    port.device = devices.back().get();
  }
  bus_.Plug(hub);
  bus_.Start();
  bus_.Run(Duration::Seconds(3));
  EXPECT_EQ(bus_.host.device_count(), 8u);
  EXPECT_EQ(driver_.attached, 1);  // it serves one; the others have an address all the same
  for (const auto& device : devices) {
    EXPECT_NE(device->address, 0);
    for (const auto& other : devices) EXPECT_TRUE(device == other || device->address != other->address);
  }
  Unplug(hub);
  ExpectNothingLeft();
}

TEST_F(HostTest, SixHubsInARowAreOneTooMany) {
  std::vector<std::unique_ptr<ModelHub>> hubs;
  for (int i = 0; i < 7; ++i) {
    hubs.push_back(std::make_unique<ModelHub>(1));
    if (i > 0) hubs[static_cast<std::size_t>(i) - 1]->ports[0].device = hubs.back().get();
  }
  bus_.Plug(*hubs[0]);
  bus_.Start();
  bus_.Run(Duration::Seconds(5));
  EXPECT_EQ(bus_.host.device_count(), 6u);
  Unplug(*hubs[0]);
  ExpectNothingLeft();
}

TEST_F(HostTest, TooMuchCurrentSwitchesAPortOffAndItComesBackWhenThatIsOver) {
  ModelHub hub(2);
  EchoDevice device;
  hub.ports[0].device = &device;
  bus_.Plug(hub);
  bus_.Start();
  bus_.Run(Duration::Seconds(1));
  ASSERT_EQ(driver_.attached, 1);
  hub.ports[0].TripOverCurrent();
  bus_.Run(Duration::Seconds(2));
  EXPECT_EQ(driver_.detached, 1);
  EXPECT_EQ(bus_.host.device_count(), 1u);
  hub.ports[0].EndOverCurrent();
  bus_.Run(Duration::Seconds(2));
  EXPECT_EQ(driver_.attached, 2);
}

TEST_F(HostTest, AHubWhosePowerWasLostSaysSoOnceAndGoesOn) {
  ModelHub hub(2);
  EchoDevice device;
  bus_.Plug(hub);
  bus_.Start();
  bus_.Run(Duration::Seconds(1));
  hub.hub_change = 1;
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_EQ(hub.hub_change, 0);
  hub.ports[1].device = &device;
  bus_.Run(Duration::Seconds(1));
  EXPECT_EQ(driver_.attached, 1);
}

TEST_F(HostTest, APortThatTheHubSwitchesOffIsSetUpAgain) {
  ModelHub hub(1);
  EchoDevice device;
  hub.ports[0].device = &device;
  bus_.Plug(hub);
  bus_.Start();
  bus_.Run(Duration::Seconds(1));
  hub.ports[0].Clear(PortFeature::kEnable);
  hub.ports[0].Change(PortFeature::kEnableChange);
  bus_.Run(Duration::Seconds(1));
  EXPECT_EQ(driver_.attached, 2);
  EXPECT_EQ(driver_.detached, 1);
}

// Every fault at every transaction of set-up and of the first rounds, behind a hub: whatever happens, nothing is lost
// or left over, and a device that is sound when it is plugged in again works.
class EveryFault : public HostTest, public testing::WithParamInterface<Fault> {};

TEST_P(EveryFault, AtEveryTransactionLeavesASoundHostBehind) {
  int last = 0;
  {
    ModelBus bus;
    EchoDriver driver;
    EchoDevice device;
    bus.host.Add(driver);
    bus.Plug(device);
    bus.Start();
    bus.Run(Duration::Milliseconds(150));
    last = std::min(device.transactions, 60);
    ASSERT_GT(last, 40);
  }
  int attached = 0;
  for (int at = 0; at < last; ++at) {
    SCOPED_TRACE(at);
    ModelBus bus;
    EchoDriver driver;
    ModelHub hub(2);
    EchoDevice device;
    bus.host.Add(driver);
    hub.ports[1].device = &device;
    bus.Plug(hub);
    device.faults[at] = GetParam();
    bus.Start();
    bus.Run(Duration::Seconds(4));
    attached += driver.attached;
    EXPECT_TRUE(device.complaints.empty()) << device.complaints.front();
    device.is_plugged = false;
    bus.Run(Duration::Seconds(1));
    EXPECT_EQ(bus.host.device_count(), 1u);
    EXPECT_EQ(driver.device, nullptr);
    EXPECT_EQ(driver.attached, driver.detached);
    EXPECT_EQ(bus.controller.open_pipes, 2);  // the hub's

    const int before = driver.rounds;
    driver.rounds = 0;
    device.faults.clear();
    device.is_plugged = true;
    bus.Run(Duration::Seconds(1));
    EXPECT_NE(driver.device, nullptr);
    EXPECT_EQ(driver.rounds, 20) << "before: " << before;
  }
  EXPECT_GT(attached, last / 4);
}

INSTANTIATE_TEST_SUITE_P(All, EveryFault,
                         testing::Values(Fault::kDeaf, Fault::kDead, Fault::kNak, Fault::kStall, Fault::kShort,
                                         Fault::kLong, Fault::kWrongToggle, Fault::kGarbage, Fault::kUnplug));

TEST_F(HostTest, AHubThatFailsAtAnyTransactionIsDoneWithoutAndReplaced) {
  for (const Fault fault : {Fault::kDeaf, Fault::kDead, Fault::kNak, Fault::kStall, Fault::kShort, Fault::kGarbage,
                            Fault::kLong, Fault::kWrongToggle, Fault::kUnplug}) {
    for (int at = 0; at < 40; ++at) {
      SCOPED_TRACE(testing::Message() << "fault " << static_cast<int>(fault) << " at " << at);
      ModelBus bus;
      EchoDriver driver;
      ModelHub hub(2);
      EchoDevice device;
      bus.host.Add(driver);
      hub.ports[0].device = &device;
      hub.faults[at] = fault;
      bus.Plug(hub);
      bus.Start();
      bus.Run(Duration::Seconds(2));
      hub.is_plugged = false;
      bus.Run(Duration::Seconds(2));
      EXPECT_EQ(bus.host.device_count(), 0u);
      EXPECT_EQ(bus.controller.open_pipes, 0);
      hub.faults.clear();
      hub.is_plugged = true;
      driver.rounds = 0;
      bus.Run(Duration::Seconds(2));
      EXPECT_EQ(driver.rounds, 20);
    }
  }
}

}  // namespace
}  // namespace drivers::usb
