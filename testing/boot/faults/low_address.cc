// A null pointer to something large is one, too: the last page of the first 64 KiB.
int main() { return *reinterpret_cast<volatile int*>(0xfffc); }
