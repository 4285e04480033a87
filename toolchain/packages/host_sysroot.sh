# Runs in @host_sysroot after the C and C++ libraries of host tests were unpacked below root/, which becomes the
# compiler's --sysroot. Absolute links would lead to the machine's own libraries, so they are made relative.
find root -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in
    /*) depth=$(dirname "${link#root/}" | sed 's#[^/]*#..#g'); ln -sfn "$depth$target" "$link" ;;
  esac
done
# Debian's libc6 keeps the loader below /lib: same layout, so that libc.so's GROUP() finds its parts inside the sysroot.
rm -rf root/usr/share root/usr/bin root/usr/sbin root/etc root/sbin root/usr/lib/x86_64-linux-gnu/gconv root/usr/lib/x86_64-linux-gnu/audit
mkdir -p root/lib64
mkdir -p clang
cp -aL root/usr/lib/llvm-19/lib/clang/19/lib clang/
rm -f clang/lib/linux/*i386* 
find -L root -type l -delete
