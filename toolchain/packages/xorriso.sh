# Runs in @xorriso after unpacking. Leaves bin/xorriso with its libraries in lib/.
mkdir -p bin lib
cp root/usr/bin/xorriso bin/
for library in libacl.so.1 libburn.so.4 libbz2.so.1.0 libisoburn.so.1 libisofs.so.6 libjte.so.2 libreadline.so.8 \
  libtinfo.so.6 libz.so.1; do
  cp -L "$(find root -name $library)" lib/
done
for library in libgcc_s.so.1 libstdc++.so.6; do
  cp -L "$(find root -name $library)" .
done
# RPATH and not RUNPATH: it holds for the libraries' libraries, too.
LD_LIBRARY_PATH=. root/usr/bin/patchelf --force-rpath --set-rpath '$ORIGIN/../lib' bin/xorriso
rm -rf root libgcc_s.so.1 libstdc++.so.6
