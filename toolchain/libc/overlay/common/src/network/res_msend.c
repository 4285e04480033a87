// Questions go to the resolver of the machine's network (boards/machine/posix/resolve.cc), which has the servers, the
// patience and the cache, and believes nobody lightly. What comes back is a message, as from a server.
struct resolvconf;

void __enkel_resolve(int, const unsigned char* const*, const int*, unsigned char* const*, int*, int);

__attribute__((visibility("hidden"))) int __res_msend_rc(int nqueries, const unsigned char* const* queries,
                                                         const int* qlens, unsigned char* const* answers, int* alens,
                                                         int asize, const struct resolvconf* conf) {
  (void)conf;
  __enkel_resolve(nqueries, queries, qlens, answers, alens, asize);
  return 0;
}

__attribute__((visibility("hidden"))) int __res_msend(int nqueries, const unsigned char* const* queries,
                                                      const int* qlens, unsigned char* const* answers, int* alens,
                                                      int asize) {
  return __res_msend_rc(nqueries, queries, qlens, answers, alens, asize, 0);
}
