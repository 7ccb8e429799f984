#include "http/listener.h"

#include "net/http.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include "http/test_client.h"
#include "http/test_service.h"
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <deque>
#include <fstream>
#include <sstream>
#include <thread>

namespace forecart {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::int64_t kMostBytes = 1'000'000;
constexpr std::int64_t kLargeBytes = 300'000;

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
                  while (!go_on) std::this_thread::sleep_for(milliseconds(1));
                  return Answer{.body = "slow"};
                }});
    service.add("GET /heavy", {.handle =
                                   [this](const Request&) {
                                     ++heavy;
                                     while (!go_on) std::this_thread::sleep_for(milliseconds(1));
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
      std::this_thread::sleep_for(milliseconds(1));
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

TEST_F(ListenerTest, AnswersAndKeepsTheConnection) {
  listen();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(http.send({.url = at("/")}).body, "hello");
  EXPECT_EQ(http.send({.url = at("/none")}).status, 404);
  const TestClient client(listener->port());
  client.send(
      "HEAD / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  const std::string both = client.receive_all();
  EXPECT_THAT(both, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(both.find("hello"), both.size() - 5) << "the answer to HEAD has no body";
  EXPECT_THAT(both, HasSubstr("x-content-type-options: nosniff"));
  listener.reset();
  EXPECT_THAT(
      metrics.prometheus_text(),
      HasSubstr("forecart_http_requests_total{method=\"GET\",route=\"/\",status=\"200\"} 4"));
  EXPECT_THAT(metrics.prometheus_text(), HasSubstr("\nforecart_http_connections 0"));
  EXPECT_THAT(lines.str(), HasSubstr("method=GET route=/ status=200"));
}

TEST_F(ListenerTest, TakesBodiesToMemoryAndToFiles) {
  listen();
  const std::string body(300'000, 'x');
  EXPECT_EQ(http.send({.method = "PUT", .url = at("/memory"), .body = body}).body, "300000 0 ");
  EXPECT_EQ(http.send({.method = "PUT", .url = at("/file"), .body = "abc"}).body, "0 3 ba7816bf");
  EXPECT_EQ(told("PUT /file HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n"
                 "connection: close\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")
                .substr(0, 15),
            "HTTP/1.1 200 OK");
  EXPECT_TRUE(std::filesystem::is_empty(options.work_folder)) << "bodies are gone afterwards";
}

TEST_F(ListenerTest, SaysGoOnBeforeABody) {
  listen();
  const TestClient client(listener->port());
  client.send("PUT /file HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_THAT(client.receive(), HasSubstr("0 3 ba7816bf"));
}

TEST_F(ListenerTest, RefusesBodiesThatAreTooLarge) {
  listen();
  const std::string body(kMostBytes + 1, 'x');
  EXPECT_EQ(http.send({.method = "PUT", .url = at("/file"), .body = body}).status, 413);
  EXPECT_THAT(told("PUT /file HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nFFFFF\r\n" +
                   std::string(0xFFFFF, 'x')),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(told("GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nabcde"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_TRUE(std::filesystem::is_empty(options.work_folder));
}

TEST_F(ListenerTest, RefusesWhatIsNoRequest) {
  listen();
  for (const std::string& text :
       {std::string("hello\r\n\r\n"), std::string("GET / HTTP/2.0\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\n\r\n"), std::string("GET / HTTP/1.1\r\nhost x\r\n\r\n"),
        std::string("PUT /file HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n"),
        std::string(
            "PUT /file HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n"),
        std::string("PUT /file HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n"
                    "transfer-encoding: chunked\r\n\r\n")}) {
    EXPECT_THAT(told(text), StartsWith("HTTP/1.1 400 ")) << text;
  }
  EXPECT_THAT(told("GET / HTTP/1.1\r\nhost: x\r\nx: " + std::string(20'000, 'y') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_GT(refused("malformed"), 5);
  EXPECT_EQ(http.send({.url = at("/")}).status, 200);
}

/// A body that a proxy in front would end elsewhere holds a request of another [request smuggling].
TEST_F(ListenerTest, RefusesWhatAProxyCouldReadOtherwise) {
  listen();
  const auto put = [this](const std::string& headers) {
    return told("PUT /file HTTP/1.1\r\nhost: x\r\n" + headers +
                "\r\n\r\n1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n");
  };
  for (const char* headers :
       {"transfer-encoding: xchunked", "transfer-encoding: identity",
        "transfer-encoding: gzip, chunked", "transfer-encoding: chunked, identity",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
        "transfer-encoding: xchunked\r\ncontent-length: 3", "transfer-encoding: ",
        "content-length: 3\r\ntransfer-encoding: xchunked", "content-length: 3, 3",
        "content-length: 3\r\ncontent-length: 3", "content-length: +3", "content-length: 0x3",
        "content-length : 3", "content-length: 18446744073709551619", "host: y"}) {
    const std::string all = put(headers);
    EXPECT_THAT(all, StartsWith("HTTP/1.1 400 ")) << headers;
    EXPECT_THAT(all, Not(HasSubstr("hello"))) << headers << ": what stood behind was answered";
  }
  for (const char* host : {"x:80@y", "x/y", "x, y", "", "x\\y", "x?y"}) {
    EXPECT_THAT(told(fmt::format("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", host)),
                StartsWith("HTTP/1.1 400 "))
        << host;
  }
  EXPECT_THAT(told("PUT /file HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  for (const char* text : {"GET / HTTP/1.1\nhost: x\n\n", "GET / HTTP/1.1\r\nhost: x\nx: y\r\n\r\n",
                           "GET / HTTP/1.1\r\n x: y\r\nhost: x\r\n\r\n",
                           "GET / HTTP/1.1\r\nhost: x\r\nx: a\rb\r\n\r\n"}) {
    EXPECT_THAT(told(text), StartsWith("HTTP/1.1 400 ")) << text;
  }
  for (const char* chunk : {"1\na\r\n", "0x1\r\na\r\n", "1;x\ny\r\na\r\n", "1\r\naXX0\r\n",
                            "fffffffffffffffff\r\na\r\n"}) {
    EXPECT_EQ(told(fmt::format("PUT /file HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
                               "{}0\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n",
                               chunk)),
              "")
        << chunk;
  }
}

/// What is no part of the body counts to no limit of it, and is not kept at any length.
TEST_F(ListenerTest, CutsEndlessLinesOfChunksAndTrailers) {
  listen();
  constexpr std::size_t kMuch = std::size_t{16} * 1024 * 1024;
  const std::string letters(65536, 'y');
  std::string fields;
  while (fields.size() < letters.size()) fields += "x: y\r\n";
  const std::string end = "1\r\na\r\n0\r\n";
  for (const auto& [begin, more] : {std::pair{std::string("1;x="), letters},
                                    std::pair{end + "x: ", letters}, std::pair{end, fields}}) {
    const TestClient client(listener->port());
    client.send("PUT /file HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
    client.send(begin);
    std::size_t taken = 0;
    while (taken < kMuch && client.send(more)) taken += more.size();
    EXPECT_LT(taken, kMuch) << begin;
  }
  EXPECT_EQ(refused("malformed"), 3);
}

TEST_F(ListenerTest, CutsWhoIsSlow) {
  options.idle_limit = milliseconds(100);
  options.head_limit = milliseconds(150);
  options.body_limit = milliseconds(200);
  listen();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(told(""), "");
  const TestClient head(listener->port());
  const TestClient body(listener->port());
  head.send("GET / HT");
  body.send("PUT /file HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n");
  for (int i = 0; i < 40; ++i) {  // a byte now and then does not help
    head.send("T");
    body.send("T");
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(head.receive_all(), "");
  EXPECT_EQ(body.receive_all(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  EXPECT_EQ(refused("slow"), 2);
}

/// An answer waits in memory for as long as its client takes to read it.
TEST_F(ListenerTest, CutsWhoReadsSlowly) {
  constexpr std::size_t kHuge = std::size_t{32} * 1024 * 1024;
  service.add("GET /huge",
              {.handle = [](const Request&) { return Answer{.body = std::string(kHuge, 'x')}; }});
  options.body_limit = milliseconds(100);
  options.least_rate = 100'000'000;
  listen();
  const TestClient slow(listener->port());
  slow.send("GET /huge HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  std::size_t got = 0;
  for (std::string some = slow.receive(); !some.empty(); some = slow.receive()) {
    got += some.size();
    std::this_thread::sleep_for(milliseconds(20));  // never 20 s without a byte
  }
  EXPECT_LT(got, kHuge);
}

TEST_F(ListenerTest, AnswersWhileMuchWaits) {
  options.lanes.of(Lane::quick) = {1, 100};
  listen();
  std::thread waiting([this] { EXPECT_EQ(http.send({.url = at("/slow")}).body, "slow"); });
  for (int i = 0; i < 10; ++i) EXPECT_EQ(http.send({.url = at("/")}).body, "hello");
  go_on = true;
  waiting.join();
}

TEST_F(ListenerTest, MuchOfOneKindLeavesRoomForOthers) {
  options.lanes.of(Lane::heavy) = {1, 2};
  options.lanes.of(Lane::quick) = {1, 2};
  listen();
  constexpr std::string_view kHeavy = "GET /heavy HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
  const TestClient first(listener->port());
  first.send(kHeavy);
  while (heavy == 0) std::this_thread::sleep_for(milliseconds(1));
  auto gone = std::make_unique<TestClient>(listener->port());
  gone->send(kHeavy);
  const TestClient waiting(listener->port());
  waiting.send(kHeavy);
  await_waiting(2);
  const TestClient more(listener->port());
  more.send(kHeavy);
  const std::string refusal = more.receive_all();
  EXPECT_THAT(refusal, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refusal, HasSubstr("retry-after: "));
  EXPECT_EQ(http.send({.url = at("/")}).body, "hello");
  gone.reset();
  go_on = true;
  EXPECT_THAT(first.receive_all(), HasSubstr("heavy"));
  EXPECT_THAT(waiting.receive_all(), HasSubstr("heavy"));
  EXPECT_EQ(http.send({.url = at("/slow")}).body, "slow");
  listener.reset();
  EXPECT_EQ(heavy, 2) << "nothing is done for who has gone";
}

TEST_F(ListenerTest, RefusesWhatHasWaitedTooLong) {
  options.lanes.of(Lane::heavy) = {1, 2};
  options.lanes.longest_wait = milliseconds(1);
  listen();
  constexpr std::string_view kHeavy = "GET /heavy HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
  const TestClient first(listener->port());
  first.send(kHeavy);
  while (heavy == 0) std::this_thread::sleep_for(milliseconds(1));
  const TestClient waiting(listener->port());
  waiting.send(kHeavy);
  await_waiting(1);
  std::this_thread::sleep_for(milliseconds(5));
  go_on = true;
  EXPECT_THAT(first.receive_all(), HasSubstr("heavy"));
  EXPECT_THAT(waiting.receive_all(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ListenerTest, Serves500ConnectionsAtOnceAndTellsMoreThatItIsFull) {
  raise_open_file_limit();
  constexpr int kClients = 500;
  options.most_connections = kClients;
  listen();
  std::deque<TestClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(listener->port());
    ASSERT_TRUE(clients.back().is_connected()) << i;
  }
  for (const TestClient& client : clients) {
    client.send("PUT /file HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nab");
  }
  for (const TestClient& client : clients) client.send("c");
  for (const TestClient& client : clients) {
    EXPECT_THAT(client.receive(), HasSubstr("0 3 ba7816bf"));
  }
  EXPECT_THAT(TestClient(listener->port()).receive_all(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(refused("too_many"), 1);
  clients.clear();
}

TEST_F(ListenerTest, LeavesRoomForOtherAddresses) {
  options.most_of_address = 3;
  listen();
  std::deque<TestClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(listener->port());
    clients.back().send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    EXPECT_THAT(clients.back().receive(), HasSubstr("hello"));
  }
  EXPECT_THAT(TestClient(listener->port(), "127.0.0.1").receive_all(), StartsWith("HTTP/1.1 503 "));
  const TestClient other(listener->port(), "127.0.0.2");
  other.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  EXPECT_THAT(other.receive(), HasSubstr("hello"));
}

TEST_F(ListenerTest, EndsAfterWhatItHasTaken) {
  listen();
  const std::uint16_t port = listener->port();
  const TestClient idle(port);
  const TestClient busy(port);
  busy.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(50));
  std::thread ending([this] { listener.reset(); });
  EXPECT_EQ(idle.receive_all(), "");
  go_on = true;
  const std::string last = busy.receive_all();
  EXPECT_THAT(last, HasSubstr("slow"));
  EXPECT_THAT(last, HasSubstr("onnection: close"));
  ending.join();
  EXPECT_FALSE(TestClient(port).is_connected());
}

TEST_F(ListenerTest, SendsFilesWholeAndInParts) {
  listen();
  const HttpResponse whole = http.send({.url = at("/large")});
  ASSERT_EQ(whole.body.size(), kLargeBytes);
  EXPECT_EQ(whole.header("etag"), "\"large\"");
  const HttpResponse part =
      http.send({.url = at("/large"), .headers = {{"range", "bytes=100000-200000"}}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.header("content-range"), "bytes 100000-200000/300000");
  EXPECT_EQ(part.body, whole.body.substr(100'000, 100'001));
  EXPECT_EQ(http.send({.url = at("/large"), .headers = {{"if-none-match", "W/\"large\""}}}).status,
            304);
  EXPECT_EQ(http.send({.method = "HEAD", .url = at("/large")}).header("content-length"), "300000");
}

/// What comes until it ends with some text.
std::string receive_until(const TestClient& client, std::string_view end) {
  std::string all;
  while (!all.ends_with(end)) {
    const std::string some = client.receive();
    if (some.empty()) break;
    all += some;
  }
  return all;
}

TEST_F(ListenerTest, SendsEventsAsTheyCome) {
  options.beat = milliseconds(50);
  listen();
  const TestClient client(listener->port());
  client.send("GET /events HTTP/1.1\r\nhost: x\r\n\r\n");
  const std::string first = fmt::format("\r\n\r\nretry: 2000\nid: {}\n\n", hub.last());
  const std::string head = receive_until(client, first);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("content-type: text/event-stream"));
  EXPECT_THAT(head, Not(HasSubstr("content-length")));
  EXPECT_THAT(head, HasSubstr("\r\ncache-control: no-store\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nx-accel-buffering: no\r\n"));
  EXPECT_EQ(client.receive(), fmt::format("id: {}\n\n", hub.last())) << "a sign of life";
  hub.publish("hidden", "run", "{\"a\":1}");
  hub.publish("orders", "run", "{\"a\":2}");
  EXPECT_EQ(hub.listeners(), 1U);
  const std::string news = receive_until(client, "data: {\"a\":2}\n\n");
  EXPECT_THAT(news, HasSubstr(fmt::format("id: {}\nevent: run\n", hub.last())));
  EXPECT_THAT(news, Not(HasSubstr("\"a\":1")));

  const TestClient again(listener->port());  // goes on where it was
  again.send(
      fmt::format("GET /events HTTP/1.1\r\nhost: x\r\nlast-event-id: {}\r\n\r\n", hub.last() - 2));
  EXPECT_THAT(receive_until(again, "data: {\"a\":2}\n\n"), Not(HasSubstr("missed")));
  listener.reset();
  EXPECT_THAT(client.receive_all(), Not(HasSubstr("event")));
}

/// A browser comes again with the last id that it read, of an event or not.
TEST_F(ListenerTest, WhoHadNoEventYetMissesNone) {
  options.beat = milliseconds(20);
  listen();
  const auto come = [&](const std::string& last) {
    auto client = std::make_unique<TestClient>(listener->port());
    client->send("GET /events HTTP/1.1\r\nhost: x\r\n" +
                 (last.empty() ? "" : "last-event-id: " + last + "\r\n") + "\r\n");
    return client;
  };
  const auto id_in = [](const std::string& text) {
    const std::size_t at = text.rfind("id: ") + 4;
    return text.substr(at, text.find('\n', at) - at);
  };
  const std::string id = id_in(receive_until(*come(""), "\n\n"));
  hub.publish("orders", "run", "{\"a\":1}");
  EXPECT_THAT(receive_until(*come(id), "data: {\"a\":1}\n\n"), Not(HasSubstr("missed")));

  const auto quiet = come("");
  receive_until(*quiet, "\n\n");
  for (int i = 0; i < 2000; ++i) hub.publish("hidden", "run", "{}");
  const std::string beat = receive_until(*quiet, fmt::format("id: {}\n\n", hub.last()));
  EXPECT_THAT(receive_until(*come(id_in(beat)), "\n\n"), HasSubstr("retry"));
  hub.publish("orders", "run", "{\"a\":2}");
  EXPECT_THAT(receive_until(*come(id_in(beat)), "data: {\"a\":2}\n\n"), Not(HasSubstr("missed")));
}

TEST_F(ListenerTest, EndsStreamsOfEvents) {
  options.stream_limit = milliseconds(100);
  options.beat = milliseconds(20);
  listen();
  const TestClient old(listener->port());
  old.send("GET /events HTTP/1.1\r\nhost: x\r\n\r\n");
  const TestClient talks(listener->port());
  talks.send("GET /events HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\n");
  EXPECT_THAT(old.receive_all(), HasSubstr("retry"));
  EXPECT_THAT(talks.receive_all(), HasSubstr("retry"));
  EXPECT_EQ(hub.listeners(), 0U);
}

TEST_F(ListenerTest, ListensForThisHostUnlessTold) {
  options.address = "0.0.0.0";
  expect_error(ErrorCode::invalid_value, "--insecure-listen", [this] { listen(); });
  options.insecure = true;
  EXPECT_NO_THROW(listen());
  options.address = "::1";
  options.insecure = false;
  options.port = listener->port();
  options.address = "127.0.0.1";
  expect_error(ErrorCode::unavailable, "--listen",
               [this] { Listener(options, service, metrics, log); });
  options.address = "example.org";
  expect_error(ErrorCode::invalid_value, "example.org",
               [this] { Listener(options, service, metrics, log); });
}

TEST(ListenAddress, IsHostAndPort) {
  EXPECT_EQ(parse_listen_address("localhost:80").address, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("[::1]:8080").address, "::1");
  EXPECT_EQ(parse_listen_address("10.0.0.1:65535").port, 65535);
  for (const char* wrong : {"", ":", "localhost", "localhost:", ":80", "x:65536", "x:-1", "x:1a"}) {
    EXPECT_THROW(parse_listen_address(wrong), Error) << wrong;
  }
}

}  // namespace
}  // namespace forecart
