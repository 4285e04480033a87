// What goes wrong: cables, plugs, and each thing that a device can do.
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb_ethernet/test_rig.h"
#include "kernel/base/time.h"

namespace drivers::usb_ethernet {
namespace {

INSTANTIATE_TEST_SUITE_P(Chips, UsbEthernetTest, testing::Range<std::size_t>(0, 4),
                         [](const auto& info) { return ChipKinds()[info.param].name; });

TEST_P(UsbEthernetTest, TheCableIsPulledAThousandTimes) {
  PlugWithLink();
  for (unsigned i = 0; i < 1000; ++i) {
    chip_->SetCable(false);
    bus_.Run(Duration::Milliseconds(60));
    ASSERT_FALSE(ethernet_.HasLink()) << i;
    ASSERT_FALSE(Send(FrameOf(60)));
    chip_->SetCable(true);
    bus_.Run(Duration::Milliseconds(60));
    ASSERT_TRUE(ethernet_.HasLink()) << i;
    chip_->Arrive(FrameOf(77, i));
    ASSERT_EQ(ReceiveAll(), Frames{FrameOf(77, i)});
  }
  EXPECT_EQ(ethernet_.counters().link_changes, 2001u);
  EXPECT_EQ(ethernet_.counters().starts, 1u);
  ExpectNothingWrong();
}

TEST_P(UsbEthernetTest, TheCableMayFlapFasterThanAnybodyLooks) {
  PlugWithLink();
  for (int i = 0; i < 1000; ++i) {
    chip_->SetCable(i % 2 != 0);
    bus_.Run(Duration::Microseconds(300 + i * 37 % 2000));
  }
  chip_->SetCable(true);
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_TRUE(ethernet_.HasLink());
  chip_->SetCable(false);
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_FALSE(ethernet_.HasLink());
  ExpectNothingWrong();
}

TEST_P(UsbEthernetTest, UnpluggedInTheMiddleItComesBackWithoutALeak) {
  PlugWithLink();
  for (unsigned round = 0; round < 40; ++round) {
    for (unsigned i = 0; i < 20; ++i) {
      chip_->Arrive(FrameOf(1514, i));
      Send(FrameOf(1514, i));
    }
    ethernet_.Flush(0);
    device_.faults = {{device_.transactions + static_cast<int>(round), usb::Fault::kUnplug}};
    (void)ReceiveAll();
    device_.is_plugged = false;
    bus_.Run(Duration::Milliseconds(300));
    ASSERT_FALSE(ethernet_.HasLink());
    EXPECT_FALSE(Send(FrameOf(100)));
    device_.faults.clear();
    Replug();
    ASSERT_TRUE(ethernet_.HasLink()) << round;
    sent_.clear();
    ASSERT_TRUE(Send(FrameOf(333, round)));
    ethernet_.Flush(0);
    chip_->Arrive(FrameOf(444, round));
    EXPECT_EQ(ReceiveAll(), Frames{FrameOf(444, round)});
    EXPECT_EQ(sent_, Frames{FrameOf(333, round)});
  }
  EXPECT_EQ(ethernet_.counters().starts, 41u);
}

// Each thing that a device can do wrong, at each of its first transactions and at later ones.
TEST_P(UsbEthernetTest, NothingThatADeviceDoesWrongIsForEver) {
  PlugWithLink();
  const int one_life = device_.transactions;
  bus_.Run(Duration::Milliseconds(1));
  unsigned seed = 0;
  for (const usb::Fault fault :
       {usb::Fault::kDeaf, usb::Fault::kNak, usb::Fault::kStall, usb::Fault::kShort, usb::Fault::kLong,
        usb::Fault::kWrongToggle, usb::Fault::kGarbage, usb::Fault::kDead}) {
    for (int at = 0; at < one_life + 40; at += 1 + at / 9) {
      device_.is_plugged = false;
      bus_.Run(Duration::Milliseconds(300));
      device_.faults = {{device_.transactions + at, fault}};
      Replug();
      for (int i = 0; i < 4; ++i) {
        chip_->Arrive(FrameOf(600, ++seed));
        Send(FrameOf(600, seed));
        ethernet_.Flush(0);
        (void)ReceiveAll(Duration::Milliseconds(20));
      }
      device_.faults.clear();
      device_.is_plugged = false;
      bus_.Run(Duration::Milliseconds(300));
      Replug();
      bus_.Run(Duration::Seconds(2));
      ASSERT_TRUE(ethernet_.HasLink()) << static_cast<int>(fault) << " at " << at;
      sent_.clear();
      chip_->Arrive(FrameOf(700, ++seed));
      ASSERT_TRUE(Send(FrameOf(800, seed)));
      ethernet_.Flush(0);
      ASSERT_EQ(ReceiveAll(), Frames{FrameOf(700, seed)});
      ASSERT_EQ(sent_, Frames{FrameOf(800, seed)});
    }
  }
}

TEST_P(UsbEthernetTest, AnEndpointThatStallsGoesOnByItself) {
  PlugWithLink();
  device_.halted[0x81] = true;
  device_.halted[0x02] = true;
  chip_->Arrive(FrameOf(100));
  Send(FrameOf(100));
  ethernet_.Flush(0);
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_GE(ethernet_.counters().pipe_errors, 2u);
  sent_.clear();
  chip_->Arrive(FrameOf(200));
  Send(FrameOf(300));
  ethernet_.Flush(0);
  const std::vector<Bytes> frames = ReceiveAll(Duration::Milliseconds(100));
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back(), FrameOf(200));
  EXPECT_EQ(sent_, Frames{FrameOf(300)});
}

TEST_P(UsbEthernetTest, APhyThatIsNeverReadyIsTriedAgainAndAgain) {
  chip_->registers().Stick(kind_.mii_command, true);
  Plug();
  bus_.Run(Duration::Seconds(10));
  EXPECT_FALSE(ethernet_.is_ready());
  EXPECT_GE(ethernet_.counters().failed_scripts, 2u);
  chip_->registers().Stick(kind_.mii_command, false);
  bus_.Run(Duration::Seconds(5));
  EXPECT_TRUE(ethernet_.HasLink());
}

TEST_P(UsbEthernetTest, AChipThatSaysToBeAnotherIsNotUsed) {
  chip_->registers().Set(kind_.id, 0x1234'0000);
  bus_.Plug(device_);
  bus_.Start();
  for (int i = 0; i < 3000; ++i) {
    bus_.Run(Duration::Milliseconds(1));
    chip_->registers().Set(kind_.id, 0x1234'0000);
  }
  EXPECT_EQ(ethernet_.counters().attachments, 1u);
  EXPECT_GT(ethernet_.counters().failed_scripts, 1u);
  EXPECT_FALSE(ethernet_.is_ready());
}

}  // namespace
}  // namespace drivers::usb_ethernet
