#include "http/listener.h"

#include "base/error.h"

#include "http/connection.h"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <future>
#include <thread>

namespace forecart {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

constexpr std::chrono::seconds kStopLimit{5};
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kBeatStep{1000};
constexpr std::chrono::seconds kRenewEvery{60};
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n"
    "content-type: application/json\r\ncontent-length: 96\r\n\r\n"
    R"({"error":{"code":"unavailable","message":"too many connections","remedy":"try again later"}}    )";

constexpr std::size_t kFullBody = kFull.size() - kFull.find("\r\n\r\n") - 4;
static_assert(kFullBody == 96, "content-length of kFull");

/// Throws Error where the address is none, or one that others reach though they may not.
tcp::endpoint endpoint_of(const ListenOptions& options) {
  Failure failure;
  const auto address = asio::ip::make_address(options.address, failure);
  if (failure) {
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("'{}' is no address to listen at; use e.g. 127.0.0.1:8080 or [::1]:8080",
                    options.address));
  }
  if (!address.is_loopback() && !options.insecure && !options.tls.given()) {
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("other hosts reach {}, and what they send is not encrypted; give "
                    "--tls-certificate and --tls-key, or put a proxy with TLS in front and listen "
                    "at 127.0.0.1, or say --insecure-listen",
                    options.address));
  }
  return {address, options.port};
}

}  // namespace

class Listener::Server {
 public:
  Server(const ListenOptions& options, const Service& service, MetricSet& metrics, Log& log,
         EventHub* hub)
      : context_{options, service, metrics, log, hub},
        acceptor_(context_.io),
        pause_(context_.io),
        endpoint_(endpoint_of(options)) {
    if (options.tls.given()) tls_.emplace(options.tls);
    open();
    accept();
    if (tls_) renew_certificate();
    if (hub != nullptr) {
      beat();
      hub->on_event([this] { asio::post(context_.io, [this] { send_events(); }); });
    }
    thread_ = std::thread([this] { context_.io.run(); });
  }

  ~Server() {
    if (context_.hub != nullptr) context_.hub->on_event(nullptr);
    asio::post(context_.io, [this] { begin_stop(); });
    thread_.join();
    context_.lanes.join();
    context_.io.restart();
    context_.io.poll();  // what workers have handed back: connections that have run out of time
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return acceptor_port_; }

 private:
  void open() {
    try {
      acceptor_.open(endpoint_.protocol());
      acceptor_.set_option(tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint_);
      acceptor_.listen();
      acceptor_port_ = acceptor_.local_endpoint().port();
    } catch (const boost::system::system_error& error) {
      throw Error(
          ErrorCode::unavailable,
          fmt::format("cannot listen at {} port {}: {}; choose another with --listen",
                      endpoint_.address().to_string(), endpoint_.port(), error.code().message()));
    }
  }

  void accept() {
    acceptor_.async_accept([this](const Failure& failure, tcp::socket socket) {
      if (context_.stopping) return;
      if (failure) return pause();
      take(std::move(socket));
      accept();
    });
  }

  /// No more files to open: some connection will end.
  void pause() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](const Failure&) {
      if (!context_.stopping) accept();
    });
  }

  bool is_full_for(const tcp::socket& socket) const {
    if (context_.connections.size() >= context_.options.most_connections) return true;
    Failure gone;
    const auto its = context_.of_address.find(socket.remote_endpoint(gone).address().to_string());
    return its != context_.of_address.end() && its->second >= context_.options.most_of_address;
  }

  void take(tcp::socket socket) {
    Failure ignored;
    if (is_full_for(socket)) {
      context_.metrics.add(Metric::http_refused, 1, {"too_many"});
      socket.non_blocking(true, ignored);
      socket.send(asio::buffer(kFull.data(), kFull.size()), 0, ignored);
      return;
    }
    socket.set_option(tcp::no_delay(true), ignored);
    std::make_shared<Connection>(context_, std::move(socket), tls_ ? tls_->context() : nullptr)
        ->start();
  }

  void renew_certificate() {
    renewal_.expires_after(kRenewEvery);
    renewal_.async_wait([this](const Failure& failure) {
      if (failure || context_.stopping) return;
      try {
        if (tls_->renew()) context_.log.info("the certificate was read again", {});
      } catch (const Error& error) {
        context_.log.warning("the new certificate is not used", {{"error", error.what()}});
      }
      renew_certificate();
    });
  }

  /// One event for many clients is one look at their list.
  void send_events() {
    const std::set<Connection*> streams = context_.streams;
    for (Connection* const stream : streams) stream->send_events();
  }

  void beat() {
    beat_.expires_after(std::min<std::chrono::milliseconds>(context_.options.beat, kBeatStep));
    beat_.async_wait([this](const Failure& failure) {
      if (failure || context_.stopping) return;
      const std::set<Connection*> streams = context_.streams;
      for (Connection* const stream : streams) stream->beat();
      beat();
    });
  }

  void begin_stop() {
    context_.stopping = true;
    Failure ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    beat_.cancel();
    renewal_.cancel();
    const std::set<Connection*> connections = context_.connections;
    for (Connection* const connection : connections) connection->stop();
    pause_.expires_after(kStopLimit);
    pause_.async_wait([this](const Failure& failure) {
      if (!failure) context_.io.stop();
    });
    watch_end();
  }

  /// Ends before the limit where no connection is left.
  void watch_end() {
    asio::post(context_.io, [this] {
      if (context_.connections.empty()) return static_cast<void>(pause_.cancel());
      end_check_.expires_after(std::chrono::milliseconds(20));
      end_check_.async_wait([this](const Failure&) { watch_end(); });
    });
  }

  ConnectionContext context_;
  std::optional<TlsIdentity> tls_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::steady_timer end_check_{context_.io};
  asio::steady_timer beat_{context_.io};
  asio::steady_timer renewal_{context_.io};
  tcp::endpoint endpoint_;
  std::uint16_t acceptor_port_ = 0;
  std::thread thread_;
};

Listener::Listener(const ListenOptions& options, const Service& service, MetricSet& metrics,
                   Log& log, EventHub* hub)
    : server_(std::make_unique<Server>(options, service, metrics, log, hub)) {}

Listener::~Listener() = default;

std::uint16_t Listener::port() const {
  return server_->port();
}

ListenOptions parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  ListenOptions options;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view port = text.substr(std::min(colon, text.size() - 1) + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (colon == std::string_view::npos || host.empty() || error != std::errc() ||
      end != port.data() + port.size()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no HOST:PORT; use e.g. 127.0.0.1:8080 or [::1]:8080", text));
  }
  options.address = host == "localhost" ? "127.0.0.1" : std::string(host);
  return options;
}

bool is_loopback(const ListenOptions& options) {
  Failure failure;
  const auto address = asio::ip::make_address(options.address, failure);
  return !failure && address.is_loopback();
}

void raise_open_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace forecart
