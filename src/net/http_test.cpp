#include "net/http.h"

#include "base/error.h"
#include "base/parallel.h"
#include "net/test_server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

TestAnswer echo(const TestRequest& request) {
  return answer(200, request.method + " " + request.target + " " + request.body,
                {{"X-Size", fmt::format("{}", request.body.size())}});
}

Url at(const TestServer& server, const std::string& path = "/") {
  Url url = parse_url(server.url());
  url.path = path;
  return url;
}

TEST(Http, SendsAndReceives) {
  const TestServer server(echo);
  HttpClient client;
  const HttpResponse got = client.send({.url = at(server, "/a b//../c"), .body = ""});
  EXPECT_TRUE(got.ok());
  EXPECT_EQ(got.body, "GET /a%20b//../c ");
  const HttpResponse put = client.send({.method = "PUT", .url = at(server), .body = "bytes"});
  EXPECT_EQ(put.body, "PUT / bytes");
  EXPECT_EQ(put.header("x-size"), "5");
  EXPECT_EQ(put.header("none"), "");
  EXPECT_EQ(client.send({.method = "POST", .url = at(server)}).body, "POST / ");
  EXPECT_EQ(client.send({.method = "DELETE", .url = at(server)}).body, "DELETE / ");
  EXPECT_EQ(server.connections(), 1) << "connections are kept and used again";
}

TEST(Http, ReadsARangeOfAFileAsItSends) {
  const fs::path file = fs::temp_directory_path() / ("forecart-http-" + std::to_string(getpid()));
  std::ofstream(file) << "0123456789";
  const TestServer server(echo);
  HttpClient client;
  EXPECT_EQ(client.send({.method = "PUT", .url = at(server), .file = FileRange{file, 3, 4}}).body,
            "PUT / 3456");
  fs::remove(file);
  EXPECT_THROW(client.send({.method = "PUT", .url = at(server), .file = FileRange{file, 0, 1}}),
               Error);
}

TEST(Http, SinksGetTheBodyOfASuccessOnly) {
  const TestServer server([](const TestRequest& request) {
    return answer(request.target == "/good" ? 200 : 404, std::string(100000, 'x'));
  });
  HttpClient client;
  std::size_t got = 0;
  const HttpSink sink = [&](const HttpResponse& head, std::string_view bytes) {
    EXPECT_EQ(head.status, 200);
    got += bytes.size();
    return true;
  };
  EXPECT_TRUE(client.send({.url = at(server, "/good")}, sink).body.empty());
  EXPECT_EQ(got, 100000U);
  EXPECT_EQ(client.send({.url = at(server, "/bad")}, sink).body.size(), 100000U);
  EXPECT_EQ(got, 100000U);
  EXPECT_FALSE(
      client.send({.url = at(server, "/good")}, [](auto&&...) { return false; }).complete());
  EXPECT_THROW(client.send({.url = at(server, "/good")},
                           [](auto&&...) -> bool { throw Error(ErrorCode::no_space, "full"); }),
               Error);
  EXPECT_TRUE(client.send({.url = at(server, "/good")}).ok()) << "the client works on";
}

TEST(Http, TellsOfCutAndSilentConnections) {
  const TestServer server([](const TestRequest& request) -> TestAnswer {
    if (request.target == "/cut") {
      return {.bytes = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", .cut = true};
    }
    if (request.target == "/gone") return {.cut = true};
    return {.bytes = answer(200, "late").bytes, .delay = milliseconds(400)};
  });
  HttpClient client;
  const HttpResponse cut = client.send({.url = at(server, "/cut")});
  EXPECT_FALSE(cut.complete());
  EXPECT_FALSE(cut.ok());
  EXPECT_EQ(cut.status, 200);
  EXPECT_TRUE(cut.sent);
  EXPECT_FALSE(client.send({.url = at(server, "/gone")}).complete());
  EXPECT_FALSE(client.send({.url = at(server, "/late"), .timeout = milliseconds(50)}).complete());
  EXPECT_TRUE(client.send({.url = at(server, "/late"), .timeout = milliseconds(4000)}).ok());
}

TEST(Http, EndsAtOnceWhereItIsAskedToStop) {
  const TestServer server([](const TestRequest& request) -> TestAnswer {
    if (request.target == "/soon") return answer(200, "soon");
    return {.bytes = answer(200, "late").bytes, .delay = milliseconds(5000)};
  });
  HttpClient client;
  std::stop_source stop;
  const std::stop_token token = stop.get_token();
  EXPECT_EQ(client.send({.url = at(server, "/soon"), .stop = token}).body, "soon");
  EXPECT_EQ(client.send({.url = at(server, "/soon"), .stop = token}).body, "soon");
  EXPECT_EQ(server.connections(), 1) << "connections are kept and used again";
  const std::jthread asking([&] {
    std::this_thread::sleep_for(milliseconds(200));
    stop.request_stop();
  });
  const auto begun = std::chrono::steady_clock::now();
  const HttpResponse stopped = client.send({.url = at(server, "/late"), .stop = token});
  EXPECT_FALSE(stopped.complete());
  EXPECT_TRUE(stopped.sent);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(1200));
  EXPECT_FALSE(client.send({.url = at(server, "/soon"), .stop = token}).complete());
  EXPECT_TRUE(client.send({.url = at(server, "/soon")}).ok()) << "the client works on";
}

TEST(Http, TellsWhereNothingWasSent) {
  std::string url;
  { url = TestServer(echo).url(); }
  HttpClient client({.connect_timeout = milliseconds(500)});
  const HttpResponse response = client.send({.url = parse_url(url)});
  EXPECT_FALSE(response.complete());
  EXPECT_FALSE(response.sent);
  EXPECT_EQ(response.status, 0);
}

TEST(Http, RefusesHeadersThatWouldSplit) {
  HttpClient client;
  EXPECT_THROW(client.send({.url = {.host = "localhost"}, .headers = {{"a", "b\r\nc: d"}}}), Error);
}

TEST(Http, ServesManyThreads) {
  const TestServer server(echo);
  HttpClient client;
  parallel_for(64, 16, [&](std::size_t i) {
    const std::string body = std::to_string(i);
    const HttpResponse response = client.send({.method = "PUT", .url = at(server), .body = body});
    EXPECT_EQ(response.body, "PUT / " + body);
  });
  EXPECT_LE(server.connections(), 16);
}

TEST(Http, ReadsDates) {
  EXPECT_EQ(parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT"),
            parse_instant("2015-10-21T07:28:00Z", TimeZone()));
  EXPECT_FALSE(parse_http_date(""));
  EXPECT_FALSE(parse_http_date("soon"));
}

}  // namespace
}  // namespace forecart
