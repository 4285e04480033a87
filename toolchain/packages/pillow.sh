# Runs in @pillow after unpacking. The extension modules find their libraries beside them, and those each other: what is a
# RPATH and not a RUNPATH holds for the libraries' libraries, too.
for module in root/usr/lib/python3/dist-packages/PIL/*-311-x86_64-linux-gnu.so; do
  LD_LIBRARY_PATH=root/lib/x86_64-linux-gnu:root/usr/lib/x86_64-linux-gnu root/usr/bin/patchelf --force-rpath \
    --set-rpath '$ORIGIN/../../../x86_64-linux-gnu:$ORIGIN/../../../../../lib/x86_64-linux-gnu' "$module"
done
