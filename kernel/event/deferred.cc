#include "kernel/event/deferred.h"

#include "kernel/event/loop.h"
#include "kernel/interrupt/masked_section.h"

namespace kernel::event {
namespace {

constinit interrupt::MaskedSite kPostSite("post deferred work");
constinit interrupt::MaskedSite kCancelSite("cancel deferred work");

}  // namespace

void Deferred::Post() {
  const interrupt::MaskedSection section(kPostSite);
  if (!loop.posted.IsLinked(*this)) loop.posted.PushBack(*this);
}

void Deferred::Cancel() {
  const interrupt::MaskedSection section(kCancelSite);
  if (loop.posted.IsLinked(*this)) loop.posted.Remove(*this);
}

}  // namespace kernel::event
