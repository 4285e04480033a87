#include "kernel/base/timer_queue.h"

#include <bit>
#include <cstddef>

#include "kernel/base/check.h"
#include "kernel/base/time.h"

namespace kernel {

// The pointer that leads to a queued element.
TimerQueue::Element*& TimerQueue::SlotOf(const Element& element) {
  Element* const parent = element.parent_;
  if (parent == nullptr) return root_;
  return parent->left_ == &element ? parent->left_ : parent->right_;
}

// The pointer that leads to a place of the complete tree, counted by rows from 1 at the root, and the element above it.
// The bits of the place below its highest one are the way: 0 goes left, 1 goes right.
TimerQueue::Element*& TimerQueue::SlotAt(std::size_t place, Element*& parent) {
  parent = nullptr;
  Element** slot = &root_;
  for (int bit = std::bit_width(place) - 2; bit >= 0; --bit) {
    parent = *slot;
    slot = (place >> bit & 1) == 0 ? &parent->left_ : &parent->right_;
  }
  return *slot;
}

void TimerQueue::SwapWithParent(Element& element) {
  Element& parent = *element.parent_;
  Element* const left = element.left_;
  Element* const right = element.right_;
  SlotOf(parent) = &element;
  element.parent_ = parent.parent_;
  const bool is_left = parent.left_ == &element;
  element.left_ = is_left ? &parent : parent.left_;
  element.right_ = is_left ? parent.right_ : &parent;
  if (Element* const sibling = is_left ? element.right_ : element.left_; sibling != nullptr)
    sibling->parent_ = &element;
  parent.parent_ = &element;
  parent.left_ = left;
  parent.right_ = right;
  if (left != nullptr) left->parent_ = &parent;
  if (right != nullptr) right->parent_ = &parent;
}

// Moves an element up or down to where it belongs.
void TimerQueue::Settle(Element& element) {
  while (element.parent_ != nullptr && element.IsBefore(*element.parent_)) SwapWithParent(element);
  for (;;) {
    // A complete tree has no right child without a left one.
    Element* first = element.left_;
    if (first == nullptr) return;
    if (element.right_ != nullptr && element.right_->IsBefore(*first)) first = element.right_;
    if (!first->IsBefore(element)) return;
    SwapWithParent(*first);
  }
}

void TimerQueue::Insert(Element& element, Instant deadline) {
  CHECK(!element.is_queued_);
  element.is_queued_ = true;
  element.deadline_ = deadline;
  element.arrival_ = arrivals_++;
  element.left_ = nullptr;
  element.right_ = nullptr;
  ++size_;
  SlotAt(size_, element.parent_) = &element;
  Settle(element);
}

// Puts an element that is in no place into that of another.
void TimerQueue::TakePlace(Element& by, const Element& element) {
  SlotOf(element) = &by;
  by.parent_ = element.parent_;
  by.left_ = element.left_;
  by.right_ = element.right_;
  if (by.left_ != nullptr) by.left_->parent_ = &by;
  if (by.right_ != nullptr) by.right_->parent_ = &by;
}

void TimerQueue::Replace(Element& element, Element& by) {
  CHECK(element.is_queued_ && !by.is_queued_);
  element.is_queued_ = false;
  by.is_queued_ = true;
  by.deadline_ = element.deadline_;
  by.arrival_ = element.arrival_;
  TakePlace(by, element);
}

void TimerQueue::Remove(Element& element) {
  CHECK(element.is_queued_);
  element.is_queued_ = false;
  // The last place must become empty: who has it takes the place of who leaves.
  Element* parent;
  Element*& last_slot = SlotAt(size_, parent);
  Element& last = *last_slot;
  last_slot = nullptr;
  --size_;
  if (&last == &element) return;
  TakePlace(last, element);
  Settle(last);
}

void TimerQueue::Move(Element& element, Instant deadline) {
  CHECK(element.is_queued_);
  element.deadline_ = deadline;
  element.arrival_ = arrivals_++;
  Settle(element);
}

TimerQueue::Element* TimerQueue::TakeDue(Instant now) {
  Element* const first = root_;
  if (first == nullptr || first->deadline_ > now) return nullptr;
  Remove(*first);
  return first;
}

}  // namespace kernel
