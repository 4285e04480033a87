#include "kernel/base/task_group.h"

namespace kernel {

struct TaskGroup::Member : Completion {
  TaskGroup& group;
  Task<> task;
  Member* older;
  Member* younger = nullptr;
};

TaskGroup::~TaskGroup() {
  CHECK(joining_.IsEmpty());  // who joins must be gone first
  CancelAll();
  if (failure_ != nullptr) internal::DropException(failure_);
}

bool TaskGroup::TryAdd(Task<> task) {
  if (task.IsEmpty()) return false;
  auto* const member = new (std::nothrow) Member{{&OnEnd}, *this, std::move(task), youngest_};
  if (member == nullptr) return false;
  if (youngest_ != nullptr) youngest_->younger = member;
  youngest_ = member;
  ++size_;
  member->task.Start(executor_, member);
  return true;
}

void TaskGroup::Remove(Member& member) {
  (member.younger == nullptr ? youngest_ : member.younger->older) = member.older;
  if (member.older != nullptr) member.older->younger = member.younger;
  --size_;
  delete &member;
}

void TaskGroup::CancelAll() {
  while (youngest_ != nullptr) Remove(*youngest_);
  while (Resumption* const waiting = joining_.PopFront()) Post(*waiting);
}

PromiseBase* TaskGroup::OnEnd(Completion& self, PromiseBase& ended) {
  Member& member = static_cast<Member&>(self);
  TaskGroup& group = member.group;
  const bool is_first_failure = ended.HasException() && group.failure_ == nullptr;
  if (is_first_failure) group.failure_ = ended.TakeException();
  group.Remove(member);
  if (is_first_failure || group.size_ == 0) group.CancelAll();  // wakes who joins, too
  return nullptr;
}

}  // namespace kernel
