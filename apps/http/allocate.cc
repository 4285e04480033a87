// operator new without exceptions. The C++ library's calls the one that throws and catches what it throws, which brings
// all that unwinds stacks into the image: 19 KiB. Nothing here throws, and what there is no memory for is refused by
// its caller.
#include <cstddef>
#include <cstdlib>
#include <new>

void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
