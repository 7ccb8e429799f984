#pragma once

#include "http/body_sink.h"
#include "http/event_hub.h"
#include "http/lanes.h"
#include "http/listener.h"
#include "http/service.h"
#include "http/stream.h"
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace forecart {

class Connection;

/// What the connections of a listener share. Its thread alone touches `connections`,
/// `of_address`, `streams` and `stopping`.
struct ConnectionContext {
  const ListenOptions options;
  const Service& service;
  MetricSet& metrics;
  Log& log;
  EventHub* hub;
  std::set<Connection*> connections{};
  std::map<std::string, std::size_t> of_address{};  ///< how many of them
  std::set<Connection*> streams{};                  ///< of these, those that get events
  bool stopping = false;
  void count_streams() const {
    if (hub != nullptr) hub->set_listeners(streams.size());
  }
  boost::asio::io_context io{1};
  Lanes lanes{io, options.lanes, metrics};
};

/// One connection of a client: reads requests, one after the other, and writes their answers. Lives
/// as long as something is awaited for it. All of it runs on the thread of the context's `io`.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ConnectionContext& context, boost::asio::ip::tcp::socket socket,
             std::shared_ptr<boost::asio::ssl::context> tls);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  /// Ends it at once where no request has begun; else the answer is the last.
  void stop();

  /// Of a stream of events: sends what has come since, and where nothing has for a while a comment,
  /// so that both sides know that the other is there.
  void send_events();
  void beat();

 private:
  using Failure = boost::system::error_code;
  using Clock = std::chrono::steady_clock;
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  /// The answer on its way out.
  struct Sending {
    Answer answer;
    std::string head;
    std::size_t head_sent = 0;
    std::int64_t left = 0;  ///< of the body
    Clock::time_point begun = Clock::now();
    std::optional<Descriptor> file{};
    std::size_t piece_sent = 0;  ///< of the piece of the file that was read last
    std::size_t piece_size = 0;
  };
  /// A stream of events.
  struct Events {
    EventRequest request;
    std::string out{};
    bool writing = false;
    Clock::time_point written{};
    Clock::time_point end{};
  };

  void wait_for_request();
  void read_head();
  void head_is_read(const Failure& failure);
  void refuse_head(const Failure& failure);
  void decide();
  void decided(Service::Decision decision);
  void take_body();
  void let_go_on();
  void read_body();
  void body_is_read(const Failure& failure);
  bool keep_piece(std::size_t bytes);
  void handle();
  /// What is left of a body is not read: the connection ends with the answer.
  void refuse(Answer answer);
  void respond(Answer answer, bool keep_alive);
  void open_file();
  void write_some();
  std::array<boost::asio::const_buffer, 2> next_bytes();
  boost::asio::const_buffer next_of_body();
  void count_sent(std::size_t bytes);
  void is_answered();
  void begin_events();
  void write_events();
  void wait_for_end();
  void end_sending();
  void drain();
  void close();
  void count_refused(const char* reason);
  void tell(int status);
  void expire_after(Clock::duration time) { stream_.tcp().expires_after(time); }
  /// Runs `work` in its lane, then what it returned goes to `then` on the thread of `io`.
  template <class Work, class Then>
  void have_done(Lane lane, Work work, Then then);
  bool is_there();

  ConnectionContext& context_;
  ClientStream stream_;
  std::string peer_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<BodySink> sink_;
  std::vector<char> piece_;  ///< of a body; only while one moves
  Request request_;
  std::unique_ptr<Task> task_;  ///< of the request; nothing where it is refused
  std::optional<Sending> sending_;
  std::unique_ptr<Events> events_;
  Clock::time_point begun_{};
  bool idle_ = false;  ///< nothing is lost where it is closed now
  bool keep_alive_ = false;
  std::size_t drained_ = 0;
};

}  // namespace forecart
