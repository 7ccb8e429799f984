#pragma once

#include "net/sigv4.h"
#include "net/test_server.h"

#include <atomic>
#include <functional>
#include <string>
#include <utility>

namespace forecart::testing_s3 {

/// What a FaultProxy does with one request.
struct Fault {
  enum class Kind {
    none,
    refuse,          ///< answers 503 without asking the server
    drop,            ///< cuts the connection without asking the server
    lose_answer,     ///< the server does it, but the connection is cut before the answer
    fail_answer,     ///< the server does it, but the answer is 500
    cut_answer,      ///< the connection is cut in the middle of the answer
    garble_answer,   ///< one bit of the body is another
    garble_request,  ///< the server gets one bit of the body wrong
    slow_answer,     ///< comes in pieces of 64 KB, 1 ms apart
    unable,          ///< answers 501 where the request has a condition
    careless,        ///< the server gets the request without its conditions
  };
  Kind kind = Kind::none;
};

/// Stands between a client and an S3 server and lets things go wrong: `plan` says what for each
/// request, counted from 1; it must be safe for several threads.
class FaultProxy {
 public:
  using Plan = std::function<Fault::Kind(const TestRequest& request, int number)>;

  /// The keys are those of the client, for what must be signed anew.
  FaultProxy(std::string endpoint, Plan plan, Credentials keys = {})
      : endpoint_(std::move(endpoint)),
        plan_(std::move(plan)),
        keys_(std::move(keys)),
        server_([this](const TestRequest& request) { return handle(request); }) {}

  std::string url() const { return server_.url(); }
  int requests() const { return requests_; }

 private:
  TestAnswer handle(const TestRequest& request) {
    const Fault::Kind kind = plan_(request, ++requests_);
    if (kind == Fault::Kind::refuse) return answer(503, "<Error><Code>SlowDown</Code></Error>");
    if (kind == Fault::Kind::drop) return {.cut = true};
    if (kind == Fault::Kind::unable && has_condition(request)) {
      return answer(501, "<Error><Code>NotImplemented</Code></Error>");
    }
    TestRequest passed = request;
    if (kind == Fault::Kind::garble_request) flip(passed.body);
    const bool bare = kind == Fault::Kind::careless && has_condition(request);
    HttpResponse response = bare ? forward_bare(passed) : forward(passed);
    switch (kind) {
      case Fault::Kind::lose_answer:
        return {.cut = true};
      case Fault::Kind::fail_answer:
        return answer(500, "<Error><Code>InternalError</Code></Error>");
      case Fault::Kind::garble_answer:
        flip(response.body);
        break;
      default:
        break;
    }
    TestAnswer reply{.bytes = text_of(request, response)};
    if (kind == Fault::Kind::cut_answer) {
      reply.bytes.resize(reply.bytes.size() -
                         std::min(reply.bytes.size() / 2, response.body.size() / 2 + 1));
      reply.cut = true;
    }
    if (kind == Fault::Kind::slow_answer) reply.piece = 64 << 10;
    return reply;
  }

  static void flip(std::string& body) {
    if (!body.empty()) body[body.size() / 2] = static_cast<char>(body[body.size() / 2] ^ 1);
  }

  /// As it came, signature and name of the host included.
  HttpResponse forward(const TestRequest& request) {
    HttpRequest out{.method = request.method, .url = parse_url(endpoint_ + request.target)};
    out.body = request.body;
    for (const auto& header : request.headers) {
      if (header.first != "content-length" && header.first != "accept")
        out.headers.push_back(header);
    }
    return client_.send(out);
  }

  static bool has_condition(const TestRequest& request) {
    return !request.header("if-match").empty() || !request.header("if-none-match").empty();
  }

  /// Without its conditions, and so with a signature of our own.
  HttpResponse forward_bare(const TestRequest& request) {
    HttpRequest out{.method = request.method, .url = parse_url(endpoint_ + request.target)};
    out.body = request.body;
    for (const auto& header : request.headers) {
      if (header.first.starts_with("x-amz-meta-")) out.headers.push_back(header);
    }
    const auto now = std::chrono::system_clock::now();
    sign(out, keys_,
         {.region = "us-east-1",
          .service = "s3",
          .time = std::chrono::time_point_cast<Instant::duration>(now)},
         kUnsignedPayload);
    return client_.send(out);
  }

  static std::string text_of(const TestRequest& request, const HttpResponse& response) {
    std::string text = fmt::format("HTTP/1.1 {} X\r\n", response.status);
    const bool head = request.method == "HEAD";
    for (const auto& [name, value] : response.headers) {
      if (name == "connection" || name == "transfer-encoding") continue;
      if (name == "content-length" && !head) continue;
      text += fmt::format("{}: {}\r\n", name, value);
    }
    if (!head && response.status != 204 && response.status != 304) {
      text += fmt::format("content-length: {}\r\n", response.body.size());
    }
    return text + "\r\n" + response.body;
  }

  std::string endpoint_;
  Plan plan_;
  Credentials keys_;
  std::atomic<int> requests_{0};
  HttpClient client_;
  TestServer server_;
};

}  // namespace forecart::testing_s3
