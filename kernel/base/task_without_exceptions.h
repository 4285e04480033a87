// Coroutines of a room that is compiled without exceptions, for task_test.
#ifndef ENKEL_KERNEL_BASE_TASK_WITHOUT_EXCEPTIONS_H_
#define ENKEL_KERNEL_BASE_TASK_WITHOUT_EXCEPTIONS_H_

#include "kernel/base/task.h"

namespace kernel {

Task<int> AnswerWithoutExceptions();
Task<int> AddOneWithoutExceptions(Task<int> number);

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_TASK_WITHOUT_EXCEPTIONS_H_
