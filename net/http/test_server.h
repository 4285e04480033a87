// A server and who asks it, on one host in virtual time.
#ifndef ENKEL_NET_HTTP_TEST_SERVER_H_
#define ENKEL_NET_HTTP_TEST_SERVER_H_

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "net/http/server.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/test_host.h"

namespace net::http {

class TestServer {
 public:
  explicit TestServer(const Options& options = {}) : server_(host_.context(), host_.tcp(), options) {
    serving_ = server_.Serve();
    serving_.Start(host_.executor());
  }
  ~TestServer() { serving_ = {}; }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  socket::TestHost& host() { return host_; }
  Server& server() { return server_; }
  kernel::Task<int>& serving() { return serving_; }

  // Runs a coroutine to its end; whether it came.
  bool Run(kernel::Task<> task) {
    task.Start(host_.executor());
    return host_.RunUntil([&] { return task.IsDone(); });
  }

  // All that comes back for `bytes`; nothing more is said.
  std::string Ask(std::string_view bytes) {
    std::string answer;
    if (!Run(AskInto(bytes, answer))) return "the answer does not end";
    return answer;
  }

 private:
  kernel::Task<> AskInto(std::string_view bytes, std::string& answer) {
    kernel::Result<socket::TcpStream> stream =
        co_await socket::Connect(host_.context(), host_.tcp(), {socket::TestHost::kHere, 80});
    if (!stream || !co_await stream->Write(std::as_bytes(std::span(bytes)))) co_return;
    stream->ShutDownWrite();
    std::array<char, 4096> buffer;
    for (;;) {
      const kernel::Result<std::size_t> count = co_await stream->Read(std::as_writable_bytes(std::span(buffer)));
      if (!count || *count == 0) co_return;
      answer.append(buffer.data(), *count);
    }
  }

  socket::TestHost host_;
  Server server_;
  kernel::Task<int> serving_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_TEST_SERVER_H_
