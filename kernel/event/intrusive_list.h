// A doubly linked list whose links lie in the elements: nothing is allocated, and an element leaves in constant time.
#ifndef ENKEL_KERNEL_EVENT_INTRUSIVE_LIST_H_
#define ENKEL_KERNEL_EVENT_INTRUSIVE_LIST_H_

#include "kernel/base/check.h"

namespace kernel::event {

// One membership. An element that can be in several lists at a time has one member of this type for each.
template <typename T>
struct ListLinks {
  T* previous = nullptr;
  T* next = nullptr;
  bool is_linked = false;
};

// IntrusiveList<Thread, &Thread::ready_links>. Never owns: an element must leave before it dies. Not interrupt-safe.
template <typename T, ListLinks<T> T::* kLinks>
class IntrusiveList {
 public:
  constexpr IntrusiveList() = default;
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool IsEmpty() const { return first_ == nullptr; }
  T* First() const { return first_; }                                  // null when empty
  static T* Next(const T& element) { return (element.*kLinks).next; }  // null at the end
  static bool IsLinked(const T& element) { return (element.*kLinks).is_linked; }

  void PushBack(T& element) { InsertBefore(nullptr, element); }

  // Puts `element` before `position`, or at the end where `position` is null.
  void InsertBefore(T* position, T& element) {
    ListLinks<T>& links = element.*kLinks;
    CHECK(!links.is_linked);
    T* const previous = position == nullptr ? last_ : (position->*kLinks).previous;
    links = {.previous = previous, .next = position, .is_linked = true};
    (previous == nullptr ? first_ : (previous->*kLinks).next) = &element;
    (position == nullptr ? last_ : (position->*kLinks).previous) = &element;
  }

  void Remove(T& element) {
    ListLinks<T>& links = element.*kLinks;
    CHECK(links.is_linked);
    (links.previous == nullptr ? first_ : (links.previous->*kLinks).next) = links.next;
    (links.next == nullptr ? last_ : (links.next->*kLinks).previous) = links.previous;
    links = {};
  }

  // Takes the first element out; null when empty.
  T* PopFront() {
    T* const element = first_;
    if (element != nullptr) Remove(*element);
    return element;
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_INTRUSIVE_LIST_H_
