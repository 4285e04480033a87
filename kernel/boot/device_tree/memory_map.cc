#include "kernel/boot/device_tree/memory_map.h"

#include <array>
#include <optional>
#include <string_view>

#include "kernel/boot/device_tree/device_tree.h"
#include "kernel/boot/device_tree/loader_seed.h"

namespace kernel::boot {
namespace {

using board::MemoryRegion;

constexpr std::size_t kCell = 4;  // bytes

// Not inlined: the compiler would write out each of the many comparisons, 40 bytes of instructions a name.
[[gnu::noinline]] bool HasBytes(const char* text, std::string_view expected) {
  return std::string_view(text, expected.size()) == expected;
}

bool Is(std::string_view text, std::string_view expected) {
  return text.size() == expected.size() && HasBytes(text.data(), expected);
}

// How the `reg` of a node's children is written. [DTSpec] 2.3.5, with its defaults
struct CellCounts {
  std::uint64_t address = 2;
  std::uint64_t size = 1;

  bool IsReadable() const { return (address == 1 || address == 2) && (size == 1 || size == 2); }

  void Take(const DeviceTreeProperty& property) {
    if (Is(property.name(), "#address-cells")) address = property.AsNumber().value_or(0);
    if (Is(property.name(), "#size-cells")) size = property.AsNumber().value_or(0);
  }
};

std::uint64_t NumberAt(std::span<const std::byte> value, std::size_t cell, std::uint64_t cells) {
  const std::byte* start = value.data() + cell * kCell;
  return cells == 1 ? BigEndian32(start) : BigEndian64(start);
}

// std::string_view::starts_with can throw as far as the linker knows, and would link the library's message printer.
bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && HasBytes(text.data(), prefix);
}

// Collects the regions of one walk, and the seeds that are met on the way. Depth 0 is the root; 1 /memory,
// /reserved-memory and /chosen; 2 the reserved regions.
class MemoryMapReader final : public DeviceTreeVisitor {
 public:
  Next BeginNode(int depth, std::string_view name) override {
    if (error_) return Next::kStop;
    if (depth == 1) {
      is_memory_ = Is(name, "memory") || StartsWith(name, "memory@");
      is_chosen_ = Is(name, "chosen");
      if (!is_memory_ && !is_chosen_ && !Is(name, "reserved-memory")) return Next::kPast;
      reserved_cells_ = {};
    }
    if (depth > (is_memory_ || is_chosen_ ? 1 : 2)) return Next::kPast;
    node_ = {};
    return Next::kInto;
  }

  void Property(int depth, const DeviceTreeProperty& property) override {
    if (depth == 0) return root_cells_.Take(property);
    if (is_chosen_) {
      if (Is(property.name(), "kaslr-seed")) seeds_.kaslr_seed = property.value();
      if (Is(property.name(), "rng-seed")) seeds_.rng_seed = property.value();
      return;
    }
    if (!is_memory_ && depth == 1) reserved_cells_.Take(property);
    if (Is(property.name(), "reg")) node_.reg = property.value();
    if (Is(property.name(), "device_type")) node_.has_memory_type = property.Equals("memory");
    if (Is(property.name(), "status")) node_.is_enabled = property.Equals("okay") || property.Equals("ok");
  }

  void EndNode(int depth) override {
    if (depth == 0 || is_chosen_ || !node_.is_enabled) return;
    if (depth == 1 && is_memory_ && node_.has_memory_type) AddAll(root_cells_, Kind::kUsable);
    if (depth == 2 && !is_memory_) AddAll(reserved_cells_, Kind::kReserved);
  }

  void AddReserved(MemoryRegion region) { Add(region, Kind::kReserved); }

  const LoaderSeeds& seeds() const { return seeds_; }

  Result<void> Tell(board::MemoryMapSink& sink) const {
    if (error_) return Fail(*error_);
    bool has_usable = false;
    for (std::size_t i = 0; i < count_; ++i) has_usable |= regions_[i].kind == Kind::kUsable;
    if (!has_usable) return Fail(Error::kNotFound);
    for (std::size_t i = 0; i < count_; ++i) {
      if (regions_[i].kind == Kind::kUsable) {
        sink.Usable(regions_[i].region);
      } else {
        sink.Reserved(regions_[i].region);
      }
    }
    return {};
  }

 private:
  enum class Kind : std::uint8_t { kUsable, kReserved };
  struct Found {
    MemoryRegion region;
    Kind kind;
  };
  struct Node {
    std::span<const std::byte> reg;
    bool has_memory_type = false;
    bool is_enabled = true;
  };

  void AddAll(CellCounts cells, Kind kind) {
    if (node_.reg.empty()) return;  // a reserved region that the reader may place: nothing to keep away from
    const std::uint64_t cells_each = cells.address + cells.size;
    if (!cells.IsReadable() || node_.reg.size() % (cells_each * kCell) != 0) {
      error_ = Error::kMalformed;
      return;
    }
    for (std::size_t cell = 0; cell < node_.reg.size() / kCell; cell += cells_each) {
      Add({{NumberAt(node_.reg, cell, cells.address)}, NumberAt(node_.reg, cell + cells.address, cells.size)}, kind);
    }
    node_ = {};
  }

  void Add(MemoryRegion region, Kind kind) {
    if (region.size == 0) return;
    if (region.base.value + region.size < region.base.value) {
      error_ = Error::kMalformed;
    } else if (count_ == regions_.size()) {
      error_ = Error::kUnsupported;
    } else {
      regions_[count_++] = {region, kind};
    }
  }

  CellCounts root_cells_;
  CellCounts reserved_cells_;
  LoaderSeeds seeds_;
  bool is_memory_ = false;  // in /memory,
  bool is_chosen_ = false;  // or in /chosen, else in /reserved-memory
  Node node_;
  std::optional<Error> error_;
  std::size_t count_ = 0;
  std::array<Found, kMaximumMemoryRegions> regions_;  // [0, count_) hold something
};

}  // namespace

Result<LoaderSeeds> ReadMemoryMap(std::span<const std::byte> bytes, board::MemoryMapSink& sink) {
  const Result<DeviceTree> tree = DeviceTree::Open(bytes);
  if (!tree) return Fail(tree.error());
  MemoryMapReader reader;
  for (std::size_t index = 0;; ++index) {
    const auto reservation = tree->Reservation(index);
    if (!reservation) return Fail(reservation.error());
    if (!reservation->has_value()) break;
    reader.AddReserved({{(*reservation)->address}, (*reservation)->size});
  }
  if (const Result<void> walked = tree->Walk(reader); !walked) return Fail(walked.error());
  if (const Result<void> told = reader.Tell(sink); !told) return Fail(told.error());
  return reader.seeds();
}

}  // namespace kernel::boot
