#include "drivers/bus/usb/descriptors.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace drivers::usb {
namespace {

std::vector<std::byte> Bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

const std::vector<std::byte> kDevice =
    Bytes({18, 1, 0x00, 0x02, 2, 0, 0, 64, 0x25, 0x05, 0xa2, 0xa4, 0x00, 0x01, 1, 2, 10, 2});

// Two interfaces: one with a class descriptor and an interrupt endpoint, one with two settings.
const std::vector<std::byte> kConfiguration = Bytes({
    9, 2,    64,   0, 2,  7,  0,  0xc0, 50,  //
    9, 4,    0,    0, 1,  2,  6,  0,    0,   //
    5, 0x24, 15,   3, 9,                     //
    7, 5,    0x81, 3, 16, 0,  32,            //
    9, 4,    1,    0, 0,  10, 0,  0,    0,   //
    9, 4,    1,    1, 2,  10, 0,  0,    0,   //
    7, 5,    0x82, 2, 64, 0,  0,             //
    7, 5,    0x02, 2, 64, 0,  0,  3,    99,
    1,  // and a descriptor of a type that nobody knows... cut off by wTotalLength
});

TEST(Descriptors, ADeviceDescriptorIsRead) {
  const auto device = DeviceDescriptor::Parse(kDevice);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->vendor, 0x0525);
  EXPECT_EQ(device->product, 0xa4a2);
  EXPECT_EQ(device->max_packet, 64);
  EXPECT_EQ(device->configurations, 2);
}

TEST(Descriptors, ADeviceDescriptorThatIsShortOrOfAnotherTypeIsRefused) {
  for (std::size_t size = 0; size < kDevice.size(); ++size) {
    EXPECT_FALSE(DeviceDescriptor::Parse(std::span(kDevice).first(size)));
  }
  std::vector<std::byte> other = kDevice;
  other[1] = std::byte{2};
  EXPECT_FALSE(DeviceDescriptor::Parse(other));
}

TEST(Descriptors, AnInterfaceIsFoundByNumberAndSettingWithItsEndpoints) {
  const auto configuration = Configuration::Parse(kConfiguration);
  ASSERT_TRUE(configuration);
  EXPECT_EQ(configuration->value(), 7);
  const auto control = configuration->FindInterface(0, 0);
  ASSERT_TRUE(control);
  EXPECT_EQ(control->interface_class, 2);
  EXPECT_EQ(control->FindClassDescriptor(0x24, 15).size(), 5u);
  EXPECT_TRUE(control->FindClassDescriptor(0x24, 6).empty());
  const auto interrupt = control->FindEndpoint(TransferType::kInterrupt, Direction::kIn);
  ASSERT_TRUE(interrupt);
  EXPECT_EQ(interrupt->number, 1);
  EXPECT_EQ(interrupt->max_packet, 16);
  EXPECT_FALSE(control->FindEndpoint(TransferType::kBulk, Direction::kIn));
  const auto idle = configuration->FindInterface(1, 0);
  ASSERT_TRUE(idle);
  EXPECT_FALSE(idle->FindEndpoint(TransferType::kBulk, Direction::kIn));
  const auto data = configuration->FindInterface(1, 1);
  ASSERT_TRUE(data);
  EXPECT_EQ(data->FindEndpoint(TransferType::kBulk, Direction::kIn)->number, 2);
  EXPECT_EQ(data->FindEndpoint(TransferType::kBulk, Direction::kOut)->direction, Direction::kOut);
  EXPECT_FALSE(configuration->FindInterface(2, 0));
}

TEST(Descriptors, AConfigurationCutAnywhereGivesWhatIsWholeAndNothingBeyond) {
  for (std::size_t size = 0; size < kConfiguration.size(); ++size) {
    const std::vector<std::byte> cut(kConfiguration.begin(),
                                     kConfiguration.begin() + static_cast<std::ptrdiff_t>(size));
    const auto configuration = Configuration::Parse(cut);
    EXPECT_EQ(configuration.has_value(), size >= 9);
    if (configuration) EXPECT_EQ(configuration->FindInterface(0, 0).has_value(), size >= 18);
  }
}

TEST(Descriptors, AConfigurationIsNotShorterThanItsOwnHeader) {
  for (int total = 0; total < 9; ++total) {
    std::vector<std::byte> bytes = kConfiguration;
    bytes[2] = static_cast<std::byte>(total);
    EXPECT_FALSE(Configuration::TotalLength(bytes)) << total;
  }
  EXPECT_EQ(*Configuration::TotalLength(kConfiguration), 64);
}

TEST(Descriptors, ALengthOfZeroOrOneEndsTheRow) {
  for (const int length : {0, 1}) {
    std::vector<std::byte> lie = kConfiguration;
    lie[9] = static_cast<std::byte>(length);
    const auto configuration = Configuration::Parse(lie);
    ASSERT_TRUE(configuration);
    EXPECT_FALSE(configuration->FindInterface(0, 0));
    EXPECT_FALSE(configuration->FindInterface(1, 1));
  }
}

TEST(Descriptors, AnEndpointThatCannotBeIsNone) {
  EXPECT_FALSE(EndpointDescriptor::Parse(Bytes({7, 5, 0x80, 2, 64, 0, 0})));       // number 0
  EXPECT_FALSE(EndpointDescriptor::Parse(Bytes({7, 5, 0x81, 2, 0, 0, 0})));        // packets of nothing
  EXPECT_FALSE(EndpointDescriptor::Parse(Bytes({7, 5, 0x81, 2, 0x01, 0x04, 0})));  // 1025 bytes
  EXPECT_FALSE(EndpointDescriptor::Parse(Bytes({7, 5, 0x81, 3, 0x00, 0x1a, 0})));  // four transactions
  EXPECT_FALSE(EndpointDescriptor::Parse(Bytes({6, 5, 0x81, 2, 64, 0})));          // short
  EXPECT_EQ(EndpointDescriptor::Parse(Bytes({7, 5, 0x81, 3, 0x00, 0x14, 1}))->transactions, 3);
}

TEST(Descriptors, AStringIsReadAsAsciiUpToItsEndOrTheRooms) {
  const std::vector<std::byte> string = Bytes({10, 3, '4', 0, '0', 0, 0xe9, 0, 'A', 0x20});
  std::array<char, 8> text = {};
  EXPECT_EQ(ParseString(string, text), 4u);
  EXPECT_EQ(std::string_view(text.data(), 4), "40??");
  EXPECT_EQ(ParseString(string, std::span(text).first(1)), 1u);
  EXPECT_EQ(ParseString(std::span(string).first(9), text), 0u);
  EXPECT_EQ(ParseString(kDevice, text), 0u);
}

}  // namespace
}  // namespace drivers::usb
