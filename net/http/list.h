// A doubly linked list whose links lie in the elements: nothing is allocated, and an element leaves in constant time.
#ifndef ENKEL_NET_HTTP_LIST_H_
#define ENKEL_NET_HTTP_LIST_H_

#include "kernel/base/check.h"

namespace net::http {

// One membership.
template <typename T>
struct Links {
  T* previous = nullptr;
  T* next = nullptr;
  bool is_linked = false;
};

// List<Connection, &Connection::links_>. Never owns: an element leaves before it dies.
template <typename T, Links<T> T::* kLinks>
class List {
 public:
  constexpr List() = default;
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  T* First() const { return first_; }  // null when empty
  static T* Next(const T& element) { return (element.*kLinks).next; }
  static bool IsLinked(const T& element) { return (element.*kLinks).is_linked; }

  void PushBack(T& element) {
    CHECK(!IsLinked(element));
    element.*kLinks = {.previous = last_, .next = nullptr, .is_linked = true};
    (last_ == nullptr ? first_ : (last_->*kLinks).next) = &element;
    last_ = &element;
  }

  // Nothing happens to an element that is not in it.
  void Remove(T& element) {
    Links<T>& links = element.*kLinks;
    if (!links.is_linked) return;
    (links.previous == nullptr ? first_ : (links.previous->*kLinks).next) = links.next;
    (links.next == nullptr ? last_ : (links.next->*kLinks).previous) = links.previous;
    links = {};
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_LIST_H_
