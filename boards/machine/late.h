// Room for an object that is made once, when it is first wanted, and never destroyed.
#ifndef ENKEL_BOARDS_MACHINE_LATE_H_
#define ENKEL_BOARDS_MACHINE_LATE_H_

#include <cstddef>
#include <new>
#include <utility>

#include "kernel/base/check.h"

namespace machine {

template <typename T>
class Late {
 public:
  constexpr Late() = default;
  Late(const Late&) = delete;
  Late& operator=(const Late&) = delete;

  bool IsMade() const { return object_ != nullptr; }

  template <typename... Arguments>
  T& Make(Arguments&&... arguments) {
    CHECK(!IsMade());
    object_ = new (room_) T(std::forward<Arguments>(arguments)...);
    return *object_;
  }

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }

 private:
  alignas(T) std::byte room_[sizeof(T)] = {};
  T* object_ = nullptr;
};

}  // namespace machine

#endif  // ENKEL_BOARDS_MACHINE_LATE_H_
