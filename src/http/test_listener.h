#pragma once

#include "net/http.h"
#include "table/scratch_folder.h"

#include "http/listener.h"
#include "http/test_client.h"
#include "http/test_service.h"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

namespace forecart {

inline constexpr std::int64_t kMostBytes = 1'000'000;
inline constexpr std::int64_t kLargeBytes = 300'000;

/// For tests: a listener at some port of this host, and routes that show what it does.
class ListenerTest : public testing::Test {
 protected:
  ListenerTest() {
    options.port = 0;
    options.work_folder = folder / "work";
    const auto size = [](const Request& request) {
      return Answer{.body = fmt::format("{} {} {}", request.body.size(), request.file_bytes,
                                        request.file_hash.substr(0, 8))};
    };
    const auto hello = [](const Request&) { return Answer{.body = "hello"}; };
    service.add("GET /", {.handle = hello, .instant = true});
    service.add("GET /slow", {.handle = [this](const Request&) {
                  while (!go_on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                  return Answer{.body = "slow"};
                }});
    service.add("GET /heavy", {.handle =
                                   [this](const Request&) {
                                     ++heavy;
                                     while (!go_on)
                                       std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                     return Answer{.body = "heavy"};
                                   },
                               .lane = Lane::heavy});
    service.add("PUT /memory",
                {.handle = size, .body = BodyPlace::memory, .most_bytes = kMostBytes});
    service.add("PUT /file", {.handle = size, .body = BodyPlace::file, .most_bytes = kMostBytes});
    service.add("GET /events", {.handle = [](const Request& request) {
                  EventRequest events{[](const std::string& topic) { return topic != "hidden"; }};
                  const std::string known(request.header("last-event-id"));
                  if (!known.empty()) events.after = std::stoull(known);
                  return Answer{.type = "text/event-stream", .events = std::move(events)};
                }});
    service.add("GET /large", {.handle = [this](const Request&) { return large(); }});
  }

  void listen() { listener = std::make_unique<Listener>(options, service, metrics, log, &hub); }
  /// A file of kLargeBytes that count up.
  Answer large() const {
    std::filesystem::create_directories(options.work_folder);
    auto file = std::make_shared<WorkFile>(options.work_folder, ".bin");
    std::ofstream out(file->path(), std::ios::binary);
    for (std::int64_t i = 0; i < kLargeBytes; ++i) out.put(static_cast<char>(i % 251));
    return {.type = "application/octet-stream",
            .etag = "large",
            .file = FileBody{file->path(), kLargeBytes, 0, file}};
  }
  Url at(const std::string& path) const {
    return {.scheme = "http", .host = fmt::format("127.0.0.1:{}", listener->port()), .path = path};
  }
  /// What the server says to some bytes before it ends the connection.
  std::string told(std::string_view bytes) const {
    const TestClient client(listener->port());
    client.send(bytes);
    return client.receive_all();
  }
  double measured(Metric metric, const std::string& label) const {
    for (const MetricSample& sample : metrics.samples()) {
      if (sample.metric == metric && sample.labels[0].second == label) return sample.value;
    }
    return 0;
  }
  double refused(const std::string& reason) const { return measured(Metric::http_refused, reason); }
  void await_waiting(int count) const {
    while (measured(Metric::http_waiting, "heavy") != count) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  ScratchFolder folder;
  ListenOptions options;
  TestService service;
  EventHub hub;
  MetricSet metrics;
  std::ostringstream lines;
  Log log{{.level = LogLevel::debug}, lines};
  std::atomic<bool> go_on{false};
  std::atomic<int> heavy{0};  ///< so many have begun
  HttpClient http;
  std::unique_ptr<Listener> listener;
};

}  // namespace forecart
