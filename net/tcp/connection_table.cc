#include "net/tcp/connection_table.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/check.h"
#include "net/random_source.h"
#include "net/tcp/align.h"
#include "net/tcp/control_block.h"
#include "net/tcp/ends.h"
#include "net/wire/address.h"

namespace net::tcp {

EndsHash::EndsHash(RandomSource& random) {
  for (std::size_t i = 0; i < keys_.size(); ++i) keys_[i] = HashOfEnds(random, HashUse::kTable, {}, {}, i) | 1;
}

std::size_t ConnectionTable::StorageFor(std::size_t connections) {
  return std::bit_ceil(std::max<std::size_t>(connections, 1)) * sizeof(void*) + alignof(void*);
}

ConnectionTable::ConnectionTable(std::span<std::byte> storage, std::size_t connections) {
  const std::size_t count = std::bit_ceil(std::max<std::size_t>(connections, 1));
  const std::span<std::byte> room = Aligned(storage, alignof(void*));
  CHECK(room.size() / sizeof(void*) >= count);
  buckets_ = {reinterpret_cast<ControlBlock**>(room.data()), count};
  std::fill(buckets_.begin(), buckets_.end(), nullptr);
}

void ConnectionTable::Insert(ControlBlock& block, std::uint64_t hash) {
  CHECK(!block.is_in_table);
  ControlBlock*& bucket = buckets_[hash & (buckets_.size() - 1)];
  block.hash = hash;
  block.next_in_bucket = bucket;
  block.is_in_table = true;
  bucket = &block;
}

void ConnectionTable::Remove(ControlBlock& block) {
  if (!block.is_in_table) return;
  ControlBlock** link = &buckets_[block.hash & (buckets_.size() - 1)];
  while (*link != &block) link = &(*link)->next_in_bucket;
  *link = block.next_in_bucket;
  block.is_in_table = false;
}

ControlBlock* ConnectionTable::First() const {
  for (ControlBlock* const block : buckets_) {
    if (block != nullptr) return block;
  }
  return nullptr;
}

}  // namespace net::tcp
