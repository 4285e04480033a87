// A queue of deadlines: insert, cancel and expire in O(log n), worst case; the next deadline in O(1). Nothing is
// allocated.
//
// It is a binary heap whose links lie in the elements: the tree is complete, so its depth is log2 of the size whatever
// comes and goes, without any balancing, and an element leaves from wherever it is.
#ifndef ENKEL_KERNEL_BASE_TIMER_QUEUE_H_
#define ENKEL_KERNEL_BASE_TIMER_QUEUE_H_

#include <cstddef>
#include <cstdint>

#include "kernel/base/time.h"

namespace kernel {

// Never owns: an element must leave before it dies. Not interrupt-safe.
class TimerQueue {
 public:
  // The membership: a base of what waits. Stays where it is while it is queued.
  class Element {
   public:
    constexpr Element() = default;
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;

    bool is_queued() const { return is_queued_; }
    Instant deadline() const { return deadline_; }  // the last one that was set

   private:
    friend class TimerQueue;
    bool IsBefore(const Element& other) const {
      return deadline_ != other.deadline_ ? deadline_ < other.deadline_ : arrival_ < other.arrival_;
    }

    Element* parent_ = nullptr;
    Element* left_ = nullptr;
    Element* right_ = nullptr;
    Instant deadline_;
    std::uint64_t arrival_ = 0;  // first in, first out among equal deadlines
    bool is_queued_ = false;
  };

  constexpr TimerQueue() = default;
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  std::size_t size() const { return size_; }
  Instant NextDeadline() const { return root_ == nullptr ? kNever : root_->deadline_; }  // kNever: it is empty

  // CHECKs that it is not queued.
  void Insert(Element& element, Instant deadline);

  // CHECKs that it is queued.
  void Remove(Element& element);

  // Gives a queued element another deadline: less work than Remove and Insert. CHECKs that it is queued.
  void Move(Element& element, Instant deadline);

  // Puts `by`, which is not queued, into the place of `element`, with its deadline: O(1). CHECKs both.
  void Replace(Element& element, Element& by);

  // The element whose turn it is next; null when the queue is empty.
  Element* First() const { return root_; }

  // Takes out the element that has waited longest, if its deadline is not after `now`; else null.
  Element* TakeDue(Instant now);

 private:
  Element*& SlotOf(const Element& element);
  Element*& SlotAt(std::size_t place, Element*& parent);
  void SwapWithParent(Element& element);
  void TakePlace(Element& by, const Element& element);
  void Settle(Element& element);

  Element* root_ = nullptr;
  std::size_t size_ = 0;
  std::uint64_t arrivals_ = 0;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_TIMER_QUEUE_H_
