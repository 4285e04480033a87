// Any bytes: no read outside of them, no endless loop, and what a memory map tells keeps its promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "kernel/boot/device_tree/boot_arguments.h"
#include "kernel/boot/device_tree/device_tree.h"
#include "kernel/boot/device_tree/memory_map.h"
#include "kernel/boot/device_tree/pci_host.h"

namespace kernel::boot {
namespace {

class Checker final : public DeviceTreeVisitor, public board::MemoryMapSink {
 public:
  explicit Checker(std::span<const std::byte> tree) : tree_(tree) {}

  Next BeginNode(int depth, std::string_view name) override {
    Require(depth == ++depth_ && depth < DeviceTree::kMaximumDepth);
    Require(Lies(name.data(), name.size()));
    if (name == "past") --depth_;
    return name == "past" ? Next::kPast : name == "stop" ? Next::kStop : Next::kInto;
  }
  void Property(int depth, const DeviceTreeProperty& property) override {
    Require(depth == depth_);
    Require(Lies(property.name().data(), property.name().size()));
    Require(Lies(property.value().data(), property.value().size()));
  }
  void EndNode(int depth) override { Require(depth == depth_--); }

  void Usable(board::MemoryRegion region) override { Check(region); }
  void Reserved(board::MemoryRegion region) override { Check(region); }

  bool Lies(const void* start, std::size_t size) const {
    const auto* bytes = static_cast<const std::byte*>(start);
    return bytes >= tree_.data() && bytes + size <= tree_.data() + tree_.size();
  }

  std::size_t regions_ = 0;

 private:
  static void Require(bool promise) {
    if (!promise) std::abort();
  }
  void Check(board::MemoryRegion region) {
    Require(region.size != 0 && region.base.value + region.size >= region.base.value);
    Require(++regions_ <= kMaximumMemoryRegions);
  }

  std::span<const std::byte> tree_;
  int depth_ = -1;
};

}  // namespace
}  // namespace kernel::boot

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using kernel::boot::Checker;
  using kernel::boot::DeviceTree;
  const std::span<const std::byte> tree = std::as_bytes(std::span(data, size));
  Checker checker(tree);
  if (const auto opened = DeviceTree::Open(tree)) {
    (void)opened->Walk(checker);
    for (std::size_t i = 0; i < size; ++i) {
      if (!opened->Reservation(i)) break;
    }
  }
  const std::span<const std::byte> arguments = kernel::boot::ReadBootArguments(tree);
  if (!arguments.empty() && !checker.Lies(arguments.data(), arguments.size())) std::abort();
  if (const auto host = kernel::boot::ReadPciHost(tree)) {
    if (host->last_bus < host->first_bus || host->memory_size == 0) std::abort();
    if (host->memory + host->memory_size > std::uint64_t{1} << 32) std::abort();
    for (std::uint32_t pin = 0; pin <= 4; ++pin) {
      if (host->LineOf(0x0012'0800, pin).value_or(32) < 32) std::abort();
    }
  }
  if (!kernel::boot::ReadMemoryMap(tree, checker) && checker.regions_ != 0) std::abort();
  return 0;
}
