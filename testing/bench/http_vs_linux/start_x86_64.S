// The first instruction of a process, a system call, and what the compiler calls for.
  .globl _start
_start:
  mov %rsp, %rdi
  and $-16, %rsp
  call Start

  .globl linux_call
linux_call:
  mov %rdi, %rax
  mov %rsi, %rdi
  mov %rdx, %rsi
  mov %rcx, %rdx
  mov %r8, %r10
  mov %r9, %r8
  mov 8(%rsp), %r9
  syscall
  ret

  .section .note.GNU-stack, "", %progbits
