#include "kernel/memory/page_allocator.h"

#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::memory {
namespace {

// Multiplicative hashing [Knuth3] 6.4: 2^64 divided by the golden ratio.
std::uint64_t Scatter(std::uint64_t address) { return (address / kPageSize) * 0x9e3779b97f4a7c15; }

}  // namespace

std::uint64_t PageAllocator::AddressOf(const Node* node) { return reinterpret_cast<std::uint64_t>(node); }

std::uint64_t PageAllocator::EndOf(const Node* node) { return AddressOf(node) + node->pages * kPageSize; }

bool PageAllocator::IsHigher(const Node* a, const Node* b) {
  if (a->pages != b->pages) return a->pages > b->pages;
  return Scatter(AddressOf(a)) > Scatter(AddressOf(b));
}

// Makes one tree of two, of which `left` has the lower addresses, and stores it at `link`.
void PageAllocator::Join(Node** link, Node* left, Node* right) {
  while (left != nullptr && right != nullptr) {
    if (IsHigher(left, right)) {
      *link = left;
      link = &left->right;
      left = left->right;
    } else {
      *link = right;
      link = &right->left;
      right = right->left;
    }
  }
  *link = left != nullptr ? left : right;
}

// Makes two trees of one: the runs before `address`, and those after.
void PageAllocator::Split(Node* tree, std::uint64_t address, Node** left, Node** right) {
  while (tree != nullptr) {
    if (AddressOf(tree) < address) {
      *left = tree;
      left = &tree->right;
      tree = tree->right;
    } else {
      *right = tree;
      right = &tree->left;
      tree = tree->left;
    }
  }
  *left = nullptr;
  *right = nullptr;
}

void PageAllocator::Insert(Node* node) {
  Node** link = &root_;
  while (*link != nullptr && IsHigher(*link, node)) {
    link = AddressOf(node) < AddressOf(*link) ? &(*link)->left : &(*link)->right;
  }
  Split(*link, AddressOf(node), &node->left, &node->right);
  *link = node;
}

void PageAllocator::Remove(Node* node) {
  Node** link = &root_;
  while (*link != node) link = AddressOf(node) < AddressOf(*link) ? &(*link)->left : &(*link)->right;
  Join(link, node->left, node->right);
}

PageAllocator::Neighbours PageAllocator::FindNeighbours(std::uint64_t address) const {
  Neighbours neighbours;
  for (Node* node = root_; node != nullptr;) {
    if (AddressOf(node) < address) {
      neighbours.below = node;
      node = node->right;
    } else {
      neighbours.above = node;
      node = node->left;
    }
  }
  return neighbours;
}

Result<VirtualAddress> PageAllocator::Allocate(std::uint64_t pages) {
  if (pages == 0) return Fail(Error::kInvalidArgument);
  Node* node = root_;
  if (node == nullptr || node->pages < pages) return Fail(Error::kOutOfMemory);
  while (node->left != nullptr && node->left->pages >= pages) node = node->left;

  Remove(node);
  node->pages -= pages;
  const VirtualAddress first{EndOf(node)};
  if (node->pages > 0) Insert(node);
  free_pages_ -= pages;
  return first;
}

bool PageAllocator::NoneFree(VirtualAddress first, std::uint64_t pages) const {
  if (pages == 0 || first.value % kPageSize != 0) return false;
  if (pages > (UINT64_MAX - first.value) / kPageSize) return false;
  const Neighbours neighbours = FindNeighbours(first.value);
  if (neighbours.below != nullptr && EndOf(neighbours.below) > first.value) return false;
  return neighbours.above == nullptr || AddressOf(neighbours.above) >= first.value + pages * kPageSize;
}

Result<PageAllocator::Freed> PageAllocator::Free(VirtualAddress first, std::uint64_t pages) {
  if (!NoneFree(first, pages)) return Fail(Error::kInvalidArgument);
  const auto [below, above] = FindNeighbours(first.value);
  const bool merges_below = below != nullptr && EndOf(below) == first.value;
  const bool merges_above = above != nullptr && AddressOf(above) == first.value + pages * kPageSize;

  Node* node = merges_below ? below : reinterpret_cast<Node*>(first.value);
  if (merges_below) {
    Remove(below);
  } else {
    node->pages = 0;
  }
  node->pages += pages;
  if (merges_above) {
    Remove(above);
    node->pages += above->pages;
  }
  Insert(node);
  free_pages_ += pages;
  return Freed{{AddressOf(node)}, merges_above};
}

}  // namespace kernel::memory
