// Any command line: what it names is in range, and its end is reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "drivers/bus/virtio/mmio_words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view line(reinterpret_cast<const char*>(data), size);
  while (const std::optional<drivers::virtio::MmioPlace> place = drivers::virtio::NextMmioPlace(line)) {
    if ((place->address.value >> 49) != 0 || (place->size >> 49) != 0) std::abort();
  }
  if (!line.empty()) std::abort();
  return 0;
}
