#include "drivers/interrupt/pic_8259/pic_8259.h"

#include <cstdint>
#include <map>

#include "gtest/gtest.h"

namespace drivers::interrupt {
namespace {

TEST(Pic8259, EveryWireIsMasked) {
  struct {
    std::map<std::uint16_t, std::uint8_t> written = {};
    void WritePort8(std::uint16_t port, std::uint8_t value) { written[port] = value; }
  } ports;
  MaskPic8259(ports);
  EXPECT_EQ(ports.written, (std::map<std::uint16_t, std::uint8_t>{{0x21, 0xff}, {0xa1, 0xff}}));
}

}  // namespace
}  // namespace drivers::interrupt
