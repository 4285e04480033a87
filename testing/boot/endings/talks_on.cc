// Writes after the closing line, which an object's destructor cannot do, but a broken kernel could.
#include "kernel/boot/board.h"

int main() {
  board::ConsoleWrite("\n[enkel] exit 0\nand more\n");
  board::PowerOff(0);
}
