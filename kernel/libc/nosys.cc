#include <errno.h>

#include <string_view>

#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"

long enkel_nosys(char* name) {
  if (name[0] != '\0') {
    board::ConsoleWrite("[enkel] system call ");
    board::ConsoleWrite(name);
    board::ConsoleWrite(" is not implemented\n");
    name[0] = '\0';
  }
  return -ENOSYS;
}
