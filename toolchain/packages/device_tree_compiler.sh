# Runs in @device_tree_compiler after unpacking. Leaves bin/dtc with its libraries in lib/.
mkdir -p bin lib
cp root/usr/bin/dtc bin/
for library in libfdt.so.1 libyaml-0.so.2; do
  cp -L root/usr/lib/x86_64-linux-gnu/$library lib/
done
for library in libgcc_s.so.1 libstdc++.so.6; do
  cp -L "$(find root -name $library)" .
done
LD_LIBRARY_PATH=. root/usr/bin/patchelf --set-rpath '$ORIGIN/../lib' bin/dtc
rm -rf root libgcc_s.so.1 libstdc++.so.6
