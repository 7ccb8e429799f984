#pragma once

#include "server/body_sink.h"
#include "server/listener.h"
#include "server/route_table.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>  // before Asio, which forgets it

namespace forecart {

class Session;

/// What the connections of a listener share. Its thread alone touches `sessions` and `stopping`.
struct SessionContext {
  const ListenOptions options;
  const RouteTable& routes;
  MetricSet& metrics;
  Log& log;
  std::set<Session*> sessions{};
  bool stopping = false;
  boost::asio::thread_pool workers{options.workers};
  boost::asio::io_context io{1};
};

/// One connection of a client: reads requests, one after the other, and writes their answers. Lives
/// as long as something is awaited for it. All of it runs on the thread of the context's `io`.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(SessionContext& context, boost::asio::ip::tcp::socket socket);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start() { wait_for_request(); }
  /// Ends it at once where no request has begun; else the answer is the last.
  void stop();

 private:
  using Failure = boost::system::error_code;
  using Clock = std::chrono::steady_clock;
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;
  using Serializer = boost::beast::http::response_serializer<boost::beast::http::string_body>;

  void wait_for_request();
  void read_head();
  void head_is_read(const Failure& failure);
  void refuse_head(const Failure& failure);
  void decide();
  void take_body();
  void let_go_on();
  void read_body();
  void body_is_read(const Failure& failure);
  bool keep_piece(std::size_t bytes);
  void handle();
  /// What is left of a body is not read: the connection ends with the answer.
  void refuse(const Answer& answer);
  void respond(const Answer& answer, bool keep_alive);
  void write_some();
  void is_answered();
  void drain();
  void close();
  void count_refused(const char* reason);
  void tell(int status);

  SessionContext& context_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<BodySink> sink_;
  std::optional<Response> response_;
  std::optional<Serializer> serializer_;
  std::array<char, 65536> piece_{};
  Request request_;
  const Route* route_ = nullptr;  ///< of the request; nothing where none takes it
  Clock::time_point begun_{};
  bool idle_ = false;  ///< nothing is lost where it is closed now
  bool keep_alive_ = false;
  std::size_t drained_ = 0;
};

}  // namespace forecart
