#include "drivers/bus/virtio/transport.h"

#include "kernel/base/result.h"

namespace drivers::virtio {

// [VIRTIO] 3.1.1, in its order.
kernel::Result<Features> Negotiate(Transport& transport, Features wanted, Features required) {
  constexpr int kMostReads = 100'000;  // of a device that is slow to reset
  required |= kVersion1;
  transport.SetStatus(0);
  for (int reads = 0; transport.Status() != 0; ++reads) {
    if (reads == kMostReads) return kernel::Fail(kernel::Error::kUnsupported);
  }
  transport.SetStatus(kAcknowledge);
  transport.SetStatus(kAcknowledge | kDriver);
  const Features offered = transport.OfferedFeatures();
  if ((offered & required) == required) {
    const Features features = offered & (wanted | required);
    transport.AcceptFeatures(features);
    transport.SetStatus(kAcknowledge | kDriver | kFeaturesOk);
    if ((transport.Status() & kFeaturesOk) != 0) return features;
  }
  transport.SetStatus(kFailed);
  return kernel::Fail(kernel::Error::kUnsupported);
}

void Start(Transport& transport) { transport.SetStatus(kAcknowledge | kDriver | kFeaturesOk | kDriverOk); }

}  // namespace drivers::virtio
