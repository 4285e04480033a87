#include "kernel/boot/device_tree/boot_arguments.h"

#include <string_view>

#include "kernel/base/result.h"
#include "kernel/boot/device_tree/device_tree.h"

namespace kernel::boot {
namespace {

// Depth 0 is the root, 1 /chosen.
class Reader final : public DeviceTreeVisitor {
 public:
  Next BeginNode(int depth, std::string_view name) override {
    if (depth == 0) return Next::kInto;
    if (is_done_) return Next::kStop;
    return depth == 1 && name == "chosen" ? Next::kInto : Next::kPast;
  }
  void Property(int depth, const DeviceTreeProperty& property) override {
    if (depth == 1 && property.name() == "bootargs") arguments_ = property.value();
  }
  void EndNode(int depth) override { is_done_ = depth == 1; }

  std::span<const std::byte> arguments() const { return arguments_; }

 private:
  std::span<const std::byte> arguments_;
  bool is_done_ = false;
};

}  // namespace

std::span<const std::byte> ReadBootArguments(std::span<const std::byte> bytes) {
  const Result<DeviceTree> tree = DeviceTree::Open(bytes);
  if (!tree) return {};
  Reader reader;
  return tree->Walk(reader) ? reader.arguments() : std::span<const std::byte>();
}

}  // namespace kernel::boot
