#include "kernel/base/task_without_exceptions.h"

#include <utility>

namespace kernel {

Task<int> AnswerWithoutExceptions() { co_return 42; }

Task<int> AddOneWithoutExceptions(Task<int> number) { co_return co_await std::move(number) + 1; }

}  // namespace kernel
