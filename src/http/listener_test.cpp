#include "table/expect_error.h"

#include "http/test_listener.h"
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
              StartsWith("HTTP/1.1 415 "));
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
