#pragma once

#include "base/ascii.h"
#include "net/http.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace forecart {

/// What a client sent to a TestServer.
struct TestRequest {
  std::string method;
  std::string target;   ///< path and query as they were sent
  NamedValues headers;  ///< names in small letters
  std::string body;

  std::string header(std::string_view name) const {
    for (const auto& [known, value] : headers) {
      if (known == name) return value;
    }
    return {};
  }
};

/// What it gets: bytes as they go over the line, and what goes wrong with them.
struct TestAnswer {
  std::string bytes = {};
  bool cut = false;                    ///< the connection ends behind the bytes
  std::chrono::milliseconds delay{0};  ///< before the first byte
  std::size_t piece = 0;               ///< so many bytes at a time, 1 ms apart; 0: all at once
};

inline TestAnswer answer(int status, const std::string& body, const NamedValues& headers = {}) {
  std::string bytes = fmt::format("HTTP/1.1 {} X\r\n", status);
  for (const auto& [name, value] : headers) bytes += fmt::format("{}: {}\r\n", name, value);
  return {.bytes = bytes + fmt::format("content-length: {}\r\n\r\n{}", body.size(), body)};
}

/// An HTTP server on a free port of 127.0.0.1 for tests: a thread for each connection, and what
/// `handler` says for each request; it must be safe for several threads.
class TestServer {
 public:
  using Handler = std::function<TestAnswer(const TestRequest&)>;

  explicit TestServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, any, size) != 0 || listen(listener_, 128) != 0 ||
        getsockname(listener_, any, &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    accepting_ = std::jthread([this] { accept_all(); });
  }

  ~TestServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    close(listener_);
    {
      const std::scoped_lock lock(mutex_);
      for (const int connection : open_) shutdown(connection, SHUT_RDWR);
    }
    threads_.clear();  // joins
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  int connections() const { return connections_; }

 private:
  void accept_all() {
    while (!stopping_) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      ++connections_;
      const std::scoped_lock lock(mutex_);
      open_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    std::string pending;
    while (auto request = receive(connection, pending)) {
      const TestAnswer reply = handler_(*request);
      std::this_thread::sleep_for(reply.delay);
      if (!send_all(connection, reply) || reply.cut) break;
    }
    const std::scoped_lock lock(mutex_);
    open_.remove(connection);
    close(connection);
  }

  static bool send_all(int connection, const TestAnswer& reply) {
    std::string_view rest = reply.bytes;
    while (!rest.empty()) {
      const std::size_t size = reply.piece == 0 ? rest.size() : std::min(reply.piece, rest.size());
      const ssize_t sent = ::send(connection, rest.data(), size, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(sent));
      if (reply.piece > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  /// More bytes behind `pending`; false at the end of the connection.
  static bool read_more(int connection, std::string& pending) {
    char block[65536];
    const ssize_t got = recv(connection, block, sizeof block, 0);
    if (got <= 0) return false;
    pending.append(block, static_cast<std::size_t>(got));
    return true;
  }

  static std::optional<TestRequest> receive(int connection, std::string& pending) {
    std::size_t end = 0;
    while ((end = pending.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(connection, pending)) return std::nullopt;
    }
    TestRequest request = parse_head(pending.substr(0, end + 2));
    pending.erase(0, end + 4);
    const auto size =
        static_cast<std::size_t>(std::atoll(request.header("content-length").c_str()));
    while (pending.size() < size) {
      if (!read_more(connection, pending)) return std::nullopt;
    }
    request.body = pending.substr(0, size);
    pending.erase(0, size);
    return request;
  }

  static TestRequest parse_head(const std::string& head) {
    TestRequest request;
    const std::size_t space = head.find(' ');
    request.method = head.substr(0, space);
    request.target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const std::size_t end = head.find("\r\n", at);
      const std::size_t colon = head.find(':', at);
      const std::string name = ascii_lower(head.substr(at, colon - at));
      const std::size_t value = head.find_first_not_of(' ', colon + 1);
      request.headers.emplace_back(name, head.substr(value, end - value));
      at = end + 2;
    }
    return request;
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::list<int> open_;
  std::list<std::jthread> threads_;
  std::jthread accepting_;
};

}  // namespace forecart
