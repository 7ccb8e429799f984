#include "http/event_hub.h"
#include "http/listener.h"
#include "http/test_client.h"
#include "http/test_service.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

using namespace forecart;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::int64_t kMostBytes = 100;

/// A listener of this process with a route of each kind of body; the tasks hold what they may rely
/// on.
class Scene {
 public:
  Scene() {
    const auto handle = [](const Request& request) {
      if (request.body.size() > kMostBytes || request.file_bytes > kMostBytes) std::abort();
      return Answer{.body = std::string(1000, 'x'), .etag = "x"};
    };
    service_.add("GET /", {handle, BodyPlace::none, 0, true});
    service_.add("POST /", {handle, BodyPlace::memory, kMostBytes, true});
    service_.add("PUT /", {handle, BodyPlace::file, kMostBytes, false});
    options_.port = 0;
    listener_ = std::make_unique<Listener>(options_, service_, metrics_, log_, &hub_);
  }

  /// All that comes back for these bytes, to which no others follow.
  std::string exchange(std::string_view bytes) const {
    const TestClient client(listener_->port());
    client.send(bytes);
    client.end();
    return client.receive_all();
  }

 private:
  std::ostringstream lines_;
  Log log_{{.level = LogLevel::off}, lines_};
  MetricSet metrics_;
  EventHub hub_;
  TestService service_;
  ListenOptions options_;
  std::unique_ptr<Listener> listener_;
};

/// The bytes as they are, or in a place of a request where they are read with care.
std::string request_of(std::uint8_t form, const std::string& text) {
  constexpr std::string_view kHost = "\r\nhost: x\r\n";
  const std::string version = " HTTP/1.1" + std::string(kHost);
  switch (form % 8) {
    case 0:
      return text;
    case 1:
      return "GET /" + text + version + "\r\n";
    case 2:
      return "GET /" + version + text + "\r\n\r\n";
    case 3:
      return "POST /" + version + "content-length: " + text + "\r\n\r\nabc";
    case 4:
      return "PUT /" + version + "transfer-encoding: chunked\r\n\r\n" + text + "\r\n0\r\n\r\n";
    case 5:
      return "POST /" + version + "transfer-encoding: " + text + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    case 6:
      return "PUT /" + version + "content-length: 3\r\nexpect: 100-continue\r\n\r\nabc" + text;
    default:
      return "GET /" + version + "range: bytes=" + text + "\r\naccept-encoding: " + text +
             "\r\nif-none-match: " + text + "\r\n\r\nGET /" + version + "\r\n";
  }
}

[[noreturn]] void fail(const std::string& request, const std::string& answers) {
  std::fprintf(stderr, "request:\n%s\nanswers:\n%s\n", request.c_str(), answers.c_str());
  std::abort();
}

}  // namespace

/// Over a socket of this host: every answer is one, none says that something went wrong here, and
/// the next client is answered.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const Scene scene;
  const std::string request =
      request_of(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  const std::string answers = scene.exchange(request);
  if (!answers.empty() && !answers.starts_with("HTTP/1.1 ")) fail(request, answers);
  for (std::size_t at = answers.find("HTTP/1.1 "); at != std::string::npos;
       at = answers.find("HTTP/1.1 ", at + 1)) {
    if (answers[at + 9] == '5') fail(request, answers);
  }
  const std::string plain = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
  const std::string next = scene.exchange(plain);
  if (!next.starts_with("HTTP/1.1 200 ")) fail(request, next);
  return 0;
}
