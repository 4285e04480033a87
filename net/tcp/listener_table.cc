#include "net/tcp/listener_table.h"

#include <cstdint>

#include "net/wire/address.h"

namespace net::tcp {

ListenBlock* ListenerTable::FindExactly(const Endpoint& local) const {
  ListenBlock* block = buckets_[BucketOf(local.port)];
  while (block != nullptr && block->local != local) block = block->next_in_bucket;
  return block;
}

ListenBlock* ListenerTable::Find(const Endpoint& local) const {
  ListenBlock* any = nullptr;
  for (ListenBlock* block = buckets_[BucketOf(local.port)]; block != nullptr; block = block->next_in_bucket) {
    if (block->local == local) return block;
    if (block->local.port != local.port || !block->local.address.IsUnspecified()) continue;
    // 0.0.0.0 stands for IPv4 only, :: for both.
    if (!block->local.address.IsIpv4() || local.address.IsIpv4()) any = block;
  }
  return any;
}

ListenBlock* ListenerTable::Add(Stack& stack, const Endpoint& local) {
  ListenBlock* const block = blocks_.Take(stack);
  if (block == nullptr) return nullptr;
  ListenBlock*& bucket = buckets_[BucketOf(local.port)];
  block->local = local;
  block->next_in_bucket = bucket;
  bucket = block;
  return block;
}

void ListenerTable::Remove(ListenBlock& block) {
  ListenBlock** link = &buckets_[BucketOf(block.local.port)];
  while (*link != &block) link = &(*link)->next_in_bucket;
  *link = block.next_in_bucket;
  blocks_.Give(block);
}

}  // namespace net::tcp
