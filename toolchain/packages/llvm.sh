# Runs in @llvm after the packages of the compiler were unpacked below root/. Leaves bin/ and lib/ that need nothing of
# the machine but glibc (2.36 or newer) and /proc: no environment, no wrapper.
#
# Debian's tools find libLLVM by RUNPATH $ORIGIN/../lib; RUNPATH is not inherited, so the libraries that libLLVM needs get
# one too. llvm-objdump and llvm-symbolizer want libcurl for a debug-info server that no build may ask: a stub serves.
mkdir -p bin lib
arch=x86_64-linux-gnu
cp -a root/usr/lib/llvm-19/bin/{clang,clang-format,clang-tidy,clangd,lld,llvm-ar,llvm-cov,llvm-cxxfilt,llvm-nm,llvm-objcopy,llvm-objdump,llvm-profdata,llvm-readobj,llvm-size,llvm-symbolizer} bin/
ln -s clang bin/clang++
ln -s lld bin/ld.lld
ln -s llvm-objcopy bin/llvm-strip
ln -s llvm-readobj bin/llvm-readelf

for library in libLLVM libclang-cpp libbsd libedit libffi libgcc_s libicudata libicuuc liblzma libmd libstdc++ libtinfo libxml2 libz libz3 libzstd; do
  for found in root/usr/lib/$arch/$library.so.* root/lib/$arch/$library.so.*; do
    # The name that programs ask for (the soname) becomes the file; gdb's Python helpers and longer names are left.
    case $found in *.py|*'*') continue;; esac
    name=${found##*/}
    [ -L "$found" ] || [ "$name" = libLLVM.so.19.1 ] || [ "$name" = libclang-cpp.so.19.1 ] || [ "$name" = libz3.so.4 ] || [ "$name" = libgcc_s.so.1 ] || continue
    cp -L "$found" "lib/$name"
  done
done
chmod u+w lib/*.so.*
for library in libbsd libedit libicuuc libtinfo libxml2 libz3; do
  for found in lib/$library.so.*; do
    LD_LIBRARY_PATH=lib root/usr/bin/patchelf --set-rpath '$ORIGIN' "$found"
  done
done

mkdir -p lib/clang/19
cp -aL root/usr/lib/llvm-19/lib/clang/19/include lib/clang/19/

cat > curl.c <<'C'
long curl_easy_cleanup(void) { return 0; }
long curl_easy_getinfo(void) { return 0; }
long curl_easy_init(void) { return 0; }
long curl_easy_perform(void) { return 0; }
long curl_easy_setopt(void) { return 0; }
long curl_easy_strerror(void) { return 0; }
long curl_global_cleanup(void) { return 0; }
long curl_global_init(void) { return 0; }
long curl_slist_append(void) { return 0; }
long curl_slist_free_all(void) { return 0; }
C
echo 'CURL_OPENSSL_4 { global: curl_*; local: *; };' > curl.version
bin/clang --target=x86_64-linux-gnu -O1 -fPIC -shared -nostdlib -fuse-ld=lld --ld-path=bin/ld.lld -Wl,-soname,libcurl.so.4 \
  -Wl,--version-script=curl.version curl.c -o lib/libcurl.so.4
rm -rf root curl.c curl.version
