#include "http/test_listener.h"
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace forecart {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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

}  // namespace
}  // namespace forecart
