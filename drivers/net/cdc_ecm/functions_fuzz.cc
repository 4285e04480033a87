// Any bytes as an adapter's configuration, and as the text of its address: what is found is in it and can be used.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/net/cdc_ecm/cdc_ecm.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using drivers::cdc_ecm::CdcEcm;
  using drivers::cdc_ecm::Functions;
  using drivers::usb::Configuration;
  (void)drivers::cdc_ecm::ParseMac(std::span(reinterpret_cast<const char*>(data), size));
  const auto configuration = Configuration::Parse(std::as_bytes(std::span(data, size)));
  if (!configuration) return 0;
  auto rest = configuration->rest();
  while (const auto interface = Configuration::TakeInterface(rest)) {
    const auto found = Functions::Find(*configuration, *interface);
    if (!found) continue;
    const auto data_interface = configuration->FindInterface(found->data_interface, found->data_setting);
    if (!data_interface || found->in.number == 0 || found->out.number == 0 || found->in.max_packet == 0 ||
        found->out.max_packet == 0 || CdcEcm::kTransferSize % found->in.max_packet != 0) {
      std::abort();
    }
  }
  return 0;
}
