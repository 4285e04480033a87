// Prints a device tree that has all that ReadMemoryMap looks at: the fuzzer would need long to guess one.
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
  tree.Begin("memory@0").Text("device_type", "memory").Cells("reg", {0, 0, 0, 0x3c000000, 1, 0, 0, 0x1000}).End().End();
  const std::vector<std::byte> bytes = tree.Build();
  return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0 ? 0 : 1;
}
