#include "http/test_listener.h"
#include <gmock/gmock.h>

#include <deque>
#include <string>
#include <thread>

namespace forecart {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

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

}  // namespace
}  // namespace forecart
