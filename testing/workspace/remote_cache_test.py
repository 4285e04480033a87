#!/usr/bin/python3
"""Two checkouts share a remote cache: the second compiles and links nothing, and its image is bit for bit the first's.

The cache is a real nginx (WebDAV) on loopback, as docs/remote_cache.md describes it. The first checkout builds on a
machine whose compilers and headers are out of reach, and no action's command line or input may name a place outside the
build: that is why a result may be shared at all.
"""

import hashlib
import os
import pathlib
import socket
import subprocess
import sys
import time

import nested_bazel
import outside

# An image and a host test: unikernel, library and host toolchain.
_TARGETS = ("//apps/hello:rpi3", "//kernel/base:result_test")

# What a compiler of the machine would use, where it is there at all.
_OUT_OF_REACH = ("/usr/include", "/usr/lib/gcc", "/usr/lib/clang", "/usr/local/include")

_BUILDS = {"CArchive", "CBatch", "CppArchive", "CppCompile", "CppLink", "Image"}

# docs/remote_cache.md's server on loopback: no TLS and no passwords, the same DAV directives.
_CONFIGURATION = """
daemon off;
worker_processes 1;
pid nginx.pid;
error_log logs/error.log;
{user}
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_max_body_size 0;
  client_body_temp_path incoming;
  proxy_temp_path incoming/proxy;
  fastcgi_temp_path incoming/fastcgi;
  uwsgi_temp_path incoming/uwsgi;
  scgi_temp_path incoming/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /cache/ {{
      root files;
      dav_methods PUT;
      create_full_put_path on;
      dav_access user:rw group:r;
    }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_open(port, server):
    """Returns when the server accepts connections; ends the test when it died instead."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"nginx ended with {server.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    sys.exit("nginx does not listen")


def build(folder, name, cache):
    """Builds the image in a checkout and an output base of its own; returns its sha256 and the actions."""
    checkout = folder / name / "checkout"
    nested_bazel.copy_tree(checkout)
    log = folder / name / "log.json"
    with nested_bazel.Bazel(checkout, folder / name / "root") as bazel:
        blocked = [f"--sandbox_block_path={path}" for path in _OUT_OF_REACH if os.path.isdir(path)]
        bazel.run(
            "build", "--disk_cache=", f"--remote_cache={cache}", f"--execution_log_json_file={log}", *blocked, *_TARGETS
        )
    found = [path for path in (checkout / "bazel-out").resolve().glob("*/bin/apps/hello/rpi3.image/kernel8.img")]
    if len(found) != 1:
        sys.exit(f"expected one kernel8.img, found {found}")
    return hashlib.sha256(found[0].read_bytes()).hexdigest(), nested_bazel.executed_actions(log)


def main():
    nginx = pathlib.Path(sys.argv[1]).resolve()
    with nested_bazel.scratch() as scratch:
        folder = pathlib.Path(scratch)
        prefix = folder / "nginx"
        for part in ("files", "incoming", "logs"):
            (prefix / part).mkdir(parents=True)
        port = free_port()
        (prefix / "nginx.conf").write_text(_CONFIGURATION.format(port=port, user="user root;" if os.getuid() == 0 else ""))
        server = subprocess.Popen([nginx, "-p", prefix, "-c", "nginx.conf"], stdin=subprocess.DEVNULL)
        try:
            wait_until_open(port, server)
            cache = f"http://127.0.0.1:{port}/cache"
            first_image, first = build(folder, "first", cache)
            second_image, second = build(folder, "a/second/one", cache)
        finally:
            server.terminate()
            server.wait(timeout=30)
    made = [action for action in first if action["mnemonic"] in _BUILDS and not action["remoteCacheHit"]]
    again = [action for action in second if action["mnemonic"] in _BUILDS and not action["remoteCacheHit"]]
    print(f"the first checkout executed {len(made)} compile and link actions, the second {len(again)}")
    for action in again[:10]:
        print(f"  not from the cache: {action['mnemonic']} {action['listedOutputs'][:1]}")
    if len(made) < 100:
        sys.exit("the first checkout executed too few actions for this test to mean anything")
    reaching = [(action["mnemonic"], outside.paths(action)) for action in first if outside.paths(action)]
    for mnemonic, paths in reaching[:10]:
        print(f"  not hermetic: {mnemonic} names {paths[:3]}")
    if reaching:
        sys.exit(f"{len(reaching)} actions reach for the machine's own files")
    if again:
        sys.exit("the second checkout did not get everything from the cache")
    if first_image != second_image:
        sys.exit(f"the images differ: {first_image} and {second_image}")
    print(f"kernel8.img of both: sha256 {first_image}")


if __name__ == "__main__":
    main()
