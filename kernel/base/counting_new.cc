#include "kernel/base/counting_new.h"

#include <cstdlib>
#include <new>

namespace {

constinit long calls = 0;
constinit long live = 0;
constinit long until_failure = -1;

void* Allocate(std::size_t size) {
  if (until_failure == 0) return nullptr;
  if (until_failure > 0) --until_failure;
  ++calls;
  ++live;
  return std::malloc(size == 0 ? 1 : size);
}

void Free(void* block) {
  if (block == nullptr) return;
  --live;
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
  void* const block = Allocate(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return Allocate(size); }
void operator delete(void* block) noexcept { Free(block); }
void operator delete(void* block, std::size_t) noexcept { Free(block); }

namespace kernel::counting_new {

long Calls() { return calls; }
long LiveBlocks() { return live; }
void FailAfter(long count) { until_failure = count; }

}  // namespace kernel::counting_new
