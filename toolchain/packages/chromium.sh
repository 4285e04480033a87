# The browser, its libraries and its font as one folder, which a test names once.
cd root
rm -rf usr/lib/chromium/locales usr/lib/chromium/libVk* usr/lib/chromium/*.TOC usr/lib/chromium/chrome_crashpad_handler
mv lib/x86_64-linux-gnu/* usr/lib/x86_64-linux-gnu/
mv usr/lib/x86_64-linux-gnu/pulseaudio/*.so usr/lib/x86_64-linux-gnu/
find usr/lib/x86_64-linux-gnu -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
mkdir ../browser
mv usr/lib/chromium usr/share/fonts ../browser/
mv usr/lib/x86_64-linux-gnu ../browser/lib
cd ..
rm -rf root
