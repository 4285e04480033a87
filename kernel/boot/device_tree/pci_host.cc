#include "kernel/boot/device_tree/pci_host.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/boot/device_tree/device_tree.h"

namespace kernel::boot {
namespace {

// [PCI-OF] 2.2.1: three cells, of which the first has the space in its upper bits.
constexpr std::size_t kPciAddressCells = 3;
constexpr std::uint32_t kSpaceMask = 0x0300'0000;
constexpr std::uint32_t kMemory32 = 0x0200'0000;
constexpr std::uint64_t kBelow4GiB = std::uint64_t{1} << 32;
constexpr std::uint64_t kBusSize = 1 << 20;

// Cells of 4 bytes, one after the other.
class Cells {
 public:
  explicit Cells(std::span<const std::byte> bytes) : rest_(bytes) {}

  bool Has(std::size_t count) const { return rest_.size() / 4 >= count; }
  std::uint32_t Take() {
    const std::uint32_t value = BigEndian32(rest_.data());
    rest_ = rest_.subspan(4);
    return value;
  }
  std::uint64_t TakeTwo() {
    const std::uint64_t high = Take();
    return high << 32 | Take();
  }
  void Skip(std::size_t count) { rest_ = rest_.subspan(4 * count); }

 private:
  std::span<const std::byte> rest_;
};

// What a node says, as far as it is asked here.
struct Node {
  std::span<const std::byte> compatible, reg, ranges, bus_range, interrupt_map, interrupt_map_mask;
  std::uint64_t address_cells = 2;  // of its children, where nothing is said
  std::uint64_t interrupt_cells = 0;
  std::uint64_t phandle = 0;
  bool is_interrupt_controller = false;

  void Take(const DeviceTreeProperty& property) {
    const std::string_view name = property.name();
    if (name == "compatible") compatible = property.value();
    if (name == "reg") reg = property.value();
    if (name == "ranges") ranges = property.value();
    if (name == "bus-range") bus_range = property.value();
    if (name == "interrupt-map") interrupt_map = property.value();
    if (name == "interrupt-map-mask") interrupt_map_mask = property.value();
    if (name == "#address-cells") address_cells = property.AsNumber().value_or(0);
    if (name == "#interrupt-cells") interrupt_cells = property.AsNumber().value_or(0);
    if (name == "phandle") phandle = property.AsNumber().value_or(0);
    if (name == "interrupt-controller") is_interrupt_controller = true;
  }

  // One of the zero-terminated strings.
  bool IsCompatibleWith(std::string_view model) const {
    std::string_view rest(reinterpret_cast<const char*>(compatible.data()), compatible.size());
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      if (rest.substr(0, end) == model) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
  }
};

// Of the nodes below the root: the bridge, and the interrupt controllers.
class Reader final : public DeviceTreeVisitor {
 public:
  Next BeginNode(int depth, std::string_view) override {
    if (depth == 1) node_ = {};
    return depth <= 1 ? Next::kInto : Next::kPast;
  }
  void Property(int depth, const DeviceTreeProperty& property) override { (depth == 0 ? root_ : node_).Take(property); }
  void EndNode(int depth) override {
    if (depth != 1) return;
    if (!bridge_ && node_.IsCompatibleWith("pci-host-ecam-generic")) bridge_ = node_;
    if (node_.is_interrupt_controller && controller_count_ < controllers_.size()) {
      controllers_[controller_count_++] = node_;
    }
  }

  const Node& root() const { return root_; }
  const std::optional<Node>& bridge() const { return bridge_; }
  const Node* FindController(std::uint32_t phandle) const {
    const auto controllers = std::span(controllers_).first(controller_count_);
    const auto found = std::ranges::find(controllers, phandle, &Node::phandle);
    return phandle == 0 || found == controllers.end() ? nullptr : &*found;
  }

 private:
  Node root_;
  Node node_;
  std::optional<Node> bridge_;
  std::array<Node, 4> controllers_;
  std::size_t controller_count_ = 0;
};

Result<void> ReadConfiguration(const Node& bridge, TreePciHost& host) {
  Cells reg(bridge.reg);
  if (!reg.Has(4)) return Fail(Error::kMalformed);
  host.configuration = reg.TakeTwo();
  const std::uint64_t buses = std::min<std::uint64_t>(reg.TakeTwo() / kBusSize, 256);
  std::uint32_t first = 0;
  std::uint32_t last = 255;
  if (Cells range(bridge.bus_range); range.Has(2)) {
    first = range.Take();
    last = range.Take();
  }
  if (host.configuration == 0 || buses == 0 || first > last || last > 255) return Fail(Error::kMalformed);
  host.first_bus = static_cast<std::uint8_t>(first);
  host.last_bus = static_cast<std::uint8_t>(std::min<std::uint64_t>(last, first + buses - 1));
  return {};
}

// The first window of memory below 4 GiB.
Result<void> ReadWindow(const Node& bridge, TreePciHost& host) {
  Cells ranges(bridge.ranges);
  while (ranges.Has(kPciAddressCells + 4)) {
    const std::uint32_t space = ranges.Take() & kSpaceMask;
    const std::uint64_t on_bus = ranges.TakeTwo();
    const std::uint64_t for_cpu = ranges.TakeTwo();
    const std::uint64_t size = ranges.TakeTwo();
    if (space != kMemory32 || on_bus != for_cpu || for_cpu == 0 || size == 0) continue;
    if (for_cpu >= kBelow4GiB || size > kBelow4GiB - for_cpu) continue;
    host.memory = for_cpu;
    host.memory_size = size;
    return {};
  }
  return Fail(Error::kUnsupported);
}

// A GIC's lines, with their kind before their number. [DT-GIC]
std::optional<std::uint32_t> TakeGicLine(Cells& cells) {
  constexpr std::uint32_t kShared = 0;
  constexpr std::uint32_t kFirstShared = 32;
  constexpr std::uint32_t kShareds = 988;
  const std::uint32_t kind = cells.Take();
  const std::uint32_t number = cells.Take();
  cells.Skip(1);  // when it asks: a pin does at a level
  if (kind != kShared || number >= kShareds) return std::nullopt;
  return kFirstShared + number;
}

Result<void> ReadPins(const Reader& reader, const Node& bridge, TreePciHost& host) {
  constexpr std::size_t kGicInterruptCells = 3;
  constexpr std::size_t kMostAddressCells = 4;
  if (Cells mask(bridge.interrupt_map_mask); mask.Has(kPciAddressCells + 1)) {
    host.address_mask = mask.Take();
    mask.Skip(kPciAddressCells - 1);
    host.pin_mask = mask.Take();
  }
  Cells map(bridge.interrupt_map);
  while (map.Has(kPciAddressCells + 2) && host.pin_count < TreePciHost::kMostPins) {
    TreePciHost::Pin pin;
    pin.address = map.Take();
    map.Skip(kPciAddressCells - 1);
    pin.pin = map.Take();
    // Without the controller nobody knows where the next entry begins.
    const Node* const controller = reader.FindController(map.Take());
    if (controller == nullptr || controller->address_cells > kMostAddressCells) return {};
    const auto address_cells = static_cast<std::size_t>(controller->address_cells);
    if (controller->interrupt_cells != kGicInterruptCells) return {};
    if (!map.Has(address_cells + kGicInterruptCells)) return Fail(Error::kMalformed);
    map.Skip(address_cells);
    const std::optional<std::uint32_t> line = TakeGicLine(map);
    if (!line) continue;
    pin.line = *line;
    host.pins[host.pin_count++] = pin;
  }
  return {};
}

}  // namespace

std::optional<std::uint32_t> TreePciHost::LineOf(std::uint32_t address, std::uint32_t pin) const {
  for (const Pin& candidate : std::span(pins).first(pin_count)) {
    if (((candidate.address ^ address) & address_mask) != 0 || ((candidate.pin ^ pin) & pin_mask) != 0) continue;
    return candidate.line;
  }
  return std::nullopt;
}

Result<TreePciHost> ReadPciHost(std::span<const std::byte> bytes) {
  const Result<DeviceTree> tree = DeviceTree::Open(bytes);
  if (!tree) return Fail(tree.error());
  Reader reader;
  if (const Result<void> walked = tree->Walk(reader); !walked) return Fail(walked.error());
  if (!reader.bridge()) return Fail(Error::kNotFound);
  const Node& bridge = *reader.bridge();
  // Other numbers of cells would be another machine than any that is known.
  if (reader.root().address_cells != 2 || bridge.address_cells != kPciAddressCells) return Fail(Error::kUnsupported);
  TreePciHost host;
  if (const Result<void> read = ReadConfiguration(bridge, host); !read) return Fail(read.error());
  if (const Result<void> read = ReadWindow(bridge, host); !read) return Fail(read.error());
  if (const Result<void> read = ReadPins(reader, bridge, host); !read) return Fail(read.error());
  return host;
}

}  // namespace kernel::boot
