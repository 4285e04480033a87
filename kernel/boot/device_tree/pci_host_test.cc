#include "kernel/boot/device_tree/pci_host.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/base/result.h"
#include "kernel/boot/device_tree/testing_tree.h"

namespace kernel::boot {
namespace {

// As QEMU's virt has it, but for what a test leaves out.
struct Machine {
  std::string_view compatible = "pci-host-ecam-generic";
  std::uint32_t root_cells = 2;
  std::uint32_t interrupt_cells = 3;
  std::uint32_t size_high = 0, size_low = 0x0100'0000;  // of configuration space: 16 buses
  std::uint32_t on_bus = 0x1000'0000;
  std::uint32_t last_bus = 0xf;
  std::uint32_t parent = 0x8001;

  Result<TreePciHost> Read() const {
    TestingTree tree;
    tree.Begin("").Cells("#address-cells", {root_cells}).Cells("#size-cells", {2});
    tree.Begin("intc@8000000").Cells("phandle", {0x8001}).Cells("#interrupt-cells", {interrupt_cells});
    tree.Cells("#address-cells", {2}).Text("interrupt-controller", "");
    tree.Begin("v2m").Cells("phandle", {0x9999}).End().End();
    tree.Begin("pcie@10000000").Text("compatible", compatible).Cells("#address-cells", {3});
    tree.Cells("reg", {0, 0x3f00'0000, size_high, size_low}).Cells("bus-range", {0, last_bus});
    tree.Cells("ranges", {0x0100'0000, 0,    0,      0,    0x3eff'0000, 0,    0x1'0000,     // ports
                          0x0200'0000, 0,    on_bus, 0,    0x1000'0000, 0,    0x2eff'0000,  // memory
                          0x0300'0000, 0x80, 0,      0x80, 0,           0x80, 0});          // memory above
    tree.Cells("interrupt-map-mask", {0x1800, 0, 0, 7});
    tree.Cells("interrupt-map", {0,     0, 0, 1, parent, 0, 0, 0, 3, 4,    //
                                 0,     0, 0, 2, parent, 0, 0, 0, 4, 4,    //
                                 0x800, 0, 0, 1, parent, 0, 0, 0, 4, 4,    //
                                 0x800, 0, 0, 2, parent, 0, 0, 1, 5, 4});  // a private line: none that a wire leads to
    tree.End().Begin("pcie@2").Text("compatible", compatible).End().End();
    return ReadPciHost(tree.Build());
  }
};

TEST(PciHost, SaysWhereConfigurationSpaceAndMemoryAre) {
  const Result<TreePciHost> host = Machine().Read();
  ASSERT_TRUE(host);
  EXPECT_EQ(host->configuration, 0x3f00'0000u);
  EXPECT_EQ(host->first_bus, 0);
  EXPECT_EQ(host->last_bus, 15);
  EXPECT_EQ(host->memory, 0x1000'0000u);
  EXPECT_EQ(host->memory_size, 0x2eff'0000u);
}

TEST(PciHost, PinsLeadToLinesByTheDevice) {
  const TreePciHost host = Machine().Read().value();
  EXPECT_EQ(host.LineOf(0 << 11, 1), 35u);
  EXPECT_EQ(host.LineOf(0 << 11, 2), 36u);
  EXPECT_EQ(host.LineOf(1 << 11, 1), 36u);
  EXPECT_EQ(host.LineOf(5 << 11 | 7 << 8, 1), 36u) << "every fourth device has the same";
  EXPECT_EQ(host.LineOf(1 << 11, 2), std::nullopt);
  EXPECT_EQ(host.LineOf(2 << 11, 1), std::nullopt);
}

TEST(PciHost, BusesEndWithConfigurationSpace) {
  EXPECT_EQ((Machine{.size_low = 0x0020'0000}.Read()->last_bus), 1);
  EXPECT_EQ((Machine{.size_high = 7, .last_bus = 255}.Read()->last_bus), 255);
  EXPECT_EQ((Machine{.size_low = 0xfffff}.Read().error()), Error::kMalformed);
  EXPECT_EQ((Machine{.last_bus = 256}.Read().error()), Error::kMalformed);
}

TEST(PciHost, PinsOfAnUnknownControllerAreLeftOut) {
  EXPECT_EQ((Machine{.parent = 0x8002}.Read()->pin_count), 0u);
  EXPECT_EQ((Machine{.parent = 0}.Read()->pin_count), 0u);
  EXPECT_EQ((Machine{.interrupt_cells = 1}.Read()->pin_count), 0u);
}

TEST(PciHost, WhatThisMachineCannotUseIsSaidSo) {
  EXPECT_EQ((Machine{.compatible = "pci-host-ecam"}.Read().error()), Error::kNotFound);
  EXPECT_EQ((Machine{.root_cells = 1}.Read().error()), Error::kUnsupported);
  EXPECT_EQ((Machine{.on_bus = 0}.Read().error()), Error::kUnsupported);
  EXPECT_EQ(ReadPciHost({}).error(), Error::kNotFound);
}

}  // namespace
}  // namespace kernel::boot
