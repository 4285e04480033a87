// Prints a device tree that has all that ReadMemoryMap and ReadPciHost look at: the fuzzer would need long to guess
// one.
#include <cstddef>
#include <cstdio>
#include <vector>

#include "kernel/boot/device_tree/testing_tree.h"

int main() {
  kernel::boot::TestingTree tree;
  tree.Reserve(0x7000, 0x1000);
  tree.Begin("").Cells("#address-cells", {2}).Cells("#size-cells", {2});
  tree.Begin("past").Begin("stop").End().End();
  tree.Begin("reserved-memory").Cells("#address-cells", {1}).Cells("#size-cells", {1});
  tree.Begin("gpu@3e000000").Cells("reg", {0x3e000000, 0x1000000}).End();
  tree.Begin("off@1").Cells("reg", {1, 1}).Text("status", "disabled").End().End();
  tree.Begin("intc").Cells("phandle", {1}).Cells("#interrupt-cells", {3}).Cells("#address-cells", {2});
  tree.Text("interrupt-controller", "").End();
  tree.Begin("pcie").Text("compatible", "pci-host-ecam-generic").Cells("#address-cells", {3});
  tree.Cells("reg", {0, 0x3f000000, 0, 0x1000000}).Cells("bus-range", {0, 15});
  tree.Cells("ranges", {0x2000000, 0, 0x10000000, 0, 0x10000000, 0, 0x2eff0000});
  tree.Cells("interrupt-map-mask", {0x1800, 0, 0, 7});
  tree.Cells("interrupt-map", {0, 0, 0, 1, 1, 0, 0, 0, 3, 4, 0x800, 0, 0, 1, 1, 0, 0, 0, 4, 4}).End();
  tree.Begin("memory@0").Text("device_type", "memory").Cells("reg", {0, 0, 0, 0x3c000000, 1, 0, 0, 0x1000}).End().End();
  const std::vector<std::byte> bytes = tree.Build();
  return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0 ? 0 : 1;
}
