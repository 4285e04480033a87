/* Included by sources of musl that wait with a deadline though the program may have one thread only: they bring the
 * kernel's loop into the image, to sleep there (kernel/libc/futex.cc). The linker drops the word itself. */
extern const char EnkelSleeps;
static const char* const __enkel_sleeps __attribute__((__used__)) = &EnkelSleeps;
