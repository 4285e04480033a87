# Runs in @llvm_runtimes after unpacking. Arguments: the files of //toolchain/cxx that configure libc++ for musl.
mkdir -p config
cp libcxx/vendor/llvm/default_assertion_handler.in config/__assertion_handler
for file in "$@"; do
  case $file in
    */linux/*) mkdir -p config/linux; cp "$file" config/linux/ ;;
    */direct_calls/sys/*) mkdir -p direct_calls/sys; cp "$file" direct_calls/sys/ ;;
    *) cp "$file" config/ ;;
  esac
done
rm -rf debian
