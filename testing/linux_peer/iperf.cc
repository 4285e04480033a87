#include "testing/linux_peer/iperf.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/task_group.h"
#include "kernel/base/time.h"
#include "kernel/base/turn.h"
#include "net/context.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/time.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace linux_peer {
namespace {

using kernel::Result;
using kernel::Task;
using net::socket::TcpListener;
using net::socket::TcpStream;

constexpr std::uint16_t kPort = 5201;
constexpr std::size_t kCookieSize = 37;  // bytes, with the zero at its end

// What the two say to each other on the control connection, a byte each. iperf3, iperf_api.h.
enum class Say : std::uint8_t {
  kTestStart = 1,
  kTestRunning = 2,
  kTestEnd = 4,
  kParamExchange = 9,
  kCreateStreams = 10,
  kExchangeResults = 13,
  kDisplayResults = 14,
  kIperfDone = 16,
};

struct DataStream {
  explicit DataStream(TcpStream its_stream) : stream(std::move(its_stream)) {}
  TcpStream stream;
  std::uint64_t bytes = 0;
};

Task<bool> ReadExactly(TcpStream& stream, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const Result<std::size_t> size = co_await stream.Read(bytes);
    if (!size || *size == 0) co_return false;
    bytes = bytes.subspan(*size);
  }
  co_return true;
}

Task<bool> Tell(TcpStream& control, Say say) {
  const std::array<std::byte, 1> byte = {static_cast<std::byte>(say)};
  co_return (co_await control.Write(byte)).has_value();
}

// JSON behind four bytes with its size.
Task<std::string> ReadText(TcpStream& control) {
  std::array<std::byte, 4> size;
  if (!co_await ReadExactly(control, size)) co_return std::string();
  std::string text(net::wire::LoadBig<std::uint32_t>(size.data()), ' ');
  if (!co_await ReadExactly(control, std::as_writable_bytes(std::span(text)))) co_return std::string();
  co_return text;
}

Task<bool> WriteText(TcpStream& control, std::string text) {
  std::string whole(4, ' ');
  net::wire::StoreBig(reinterpret_cast<std::byte*>(whole.data()), static_cast<std::uint32_t>(text.size()));
  whole += text;
  co_return (co_await control.Write(std::as_bytes(std::span(whole)))).has_value();
}

// The number after "name": in flat JSON; 0 where there is none.
std::uint64_t NumberIn(const std::string& text, const std::string& name) {
  const std::size_t place = text.find("\"" + name + "\":");
  return place == std::string::npos ? 0 : std::strtoull(text.c_str() + place + name.size() + 3, nullptr, 10);
}

Task<> Drain(DataStream& data) {
  for (;;) {
    Result<net::Packet> packet = co_await data.stream.ReadPacket();
    if (!packet || !*packet) co_return;
    data.bytes += packet->size();
  }
}

Task<> Pour(DataStream& data) {
  const std::vector<std::byte> bytes(128 * 1024);
  while (co_await data.stream.Write(bytes)) data.bytes += bytes.size();
}

std::string ResultsOf(const std::vector<std::unique_ptr<DataStream>>& streams) {
  std::string text =
      R"({"cpu_util_total":0,"cpu_util_user":0,"cpu_util_system":0,"sender_has_retransmits":0,"streams":[)";
  for (std::size_t i = 0; i < streams.size(); ++i) {
    // Its streams have the numbers 1, 3, 4, ...
    const std::size_t number = i == 0 ? 1 : i + 2;
    if (i > 0) text += ",";
    text += "{\"id\":" + std::to_string(number) + ",\"bytes\":" + std::to_string(streams[i]->bytes) +
            R"(,"retransmits":0,"jitter":0,"errors":0,"packets":0,"start_time":0,"end_time":1})";
  }
  return text + "]}";
}

Task<> RunTest(TcpListener& listener, TcpStream control) {
  std::array<std::byte, kCookieSize> cookie;
  if (!co_await ReadExactly(control, cookie) || !co_await Tell(control, Say::kParamExchange)) co_return;
  const std::string parameters = co_await ReadText(control);
  const bool is_reverse = parameters.find("\"reverse\":") != std::string::npos;
  const std::uint64_t wanted = NumberIn(parameters, "parallel");
  if (!co_await Tell(control, Say::kCreateStreams)) co_return;

  std::vector<std::unique_ptr<DataStream>> streams;
  while (streams.size() < (wanted == 0 ? 1 : wanted)) {
    Result<TcpStream> stream = co_await listener.Accept();
    if (!stream || !co_await ReadExactly(*stream, cookie)) co_return;
    streams.push_back(std::make_unique<DataStream>(std::move(*stream)));
  }
  if (!co_await Tell(control, Say::kTestStart) || !co_await Tell(control, Say::kTestRunning)) co_return;
  {
    kernel::TaskGroup transfers(co_await kernel::CurrentExecutor());
    for (const auto& stream : streams) transfers.Add(is_reverse ? Pour(*stream) : Drain(*stream));
    std::array<std::byte, 1> word = {};
    while (word[0] != static_cast<std::byte>(Say::kTestEnd)) {
      if (!co_await ReadExactly(control, word)) co_return;
    }
  }
  // The client reads whole blocks, or to the end: there must be one.
  for (const auto& stream : streams) stream->stream.Close();
  if (!co_await Tell(control, Say::kExchangeResults)) co_return;
  static_cast<void>(co_await ReadText(control));
  if (!co_await WriteText(control, ResultsOf(streams)) || !co_await Tell(control, Say::kDisplayResults)) co_return;
  std::array<std::byte, 1> word;
  static_cast<void>(co_await ReadExactly(control, word));
}

// What the server says next on the control connection.
Task<bool> Hear(TcpStream& control, Say expected) {
  std::array<std::byte, 1> word;
  co_return co_await ReadExactly(control, word) && word[0] == static_cast<std::byte>(expected);
}

std::string ParametersOf(const IperfVisit& visit) {
  return R"({"tcp":true,"omit":0,"num":0,"blockcount":0,"len":131072,"pacing_timer":1000,"client_version":"3.12","time":)" +
         std::to_string(visit.seconds) + ",\"parallel\":" + std::to_string(visit.streams) +
         (visit.is_reverse ? ",\"reverse\":true}" : "}");
}

}  // namespace

Task<> ServeIperf(net::Context& context, net::tcp::Tcp& tcp) {
  Result<TcpListener> listener = TcpListener::Listen(context, tcp, {.address = {}, .port = kPort});
  if (!listener) std::abort();
  for (;;) {
    Result<TcpStream> control = co_await listener->Accept();
    if (control) co_await RunTest(*listener, std::move(*control));
  }
}

Task<Result<std::uint64_t>> VisitIperf(net::Context& context, net::tcp::Tcp& tcp, const IperfVisit& visit) {
  const auto broken = kernel::Fail(kernel::Error::kClosed);
  const net::Endpoint server = {.address = visit.server, .port = kPort};
  std::array<std::byte, kCookieSize> cookie;
  cookie.fill(std::byte{'e'});
  cookie.back() = std::byte{0};
  Result<TcpStream> control = co_await net::socket::Connect(context, tcp, server);
  if (!control) co_return kernel::Fail(control.error());
  if (!co_await control->Write(cookie) || !co_await Hear(*control, Say::kParamExchange)) co_return broken;
  if (!co_await WriteText(*control, ParametersOf(visit)) || !co_await Hear(*control, Say::kCreateStreams)) {
    co_return broken;
  }
  std::vector<std::unique_ptr<DataStream>> streams;
  while (streams.size() < visit.streams) {
    Result<TcpStream> stream = co_await net::socket::Connect(context, tcp, server);
    if (!stream || !co_await stream->Write(cookie)) co_return broken;
    streams.push_back(std::make_unique<DataStream>(std::move(*stream)));
  }
  if (!co_await Hear(*control, Say::kTestStart) || !co_await Hear(*control, Say::kTestRunning)) co_return broken;
  {
    kernel::TaskGroup transfers(co_await kernel::CurrentExecutor());
    for (const auto& stream : streams) transfers.Add(visit.is_reverse ? Drain(*stream) : Pour(*stream));
    co_await net::socket::Sleep(context, kernel::Duration::Seconds(visit.seconds));
    if (!co_await Tell(*control, Say::kTestEnd) || !co_await Hear(*control, Say::kExchangeResults)) co_return broken;
  }
  if (!co_await WriteText(*control, ResultsOf(streams))) co_return broken;
  static_cast<void>(co_await ReadText(*control));
  if (!co_await Hear(*control, Say::kDisplayResults) || !co_await Tell(*control, Say::kIperfDone)) co_return broken;
  std::uint64_t bytes = 0;
  for (const auto& stream : streams) bytes += stream->bytes;
  co_return bytes;
}

}  // namespace linux_peer
