#include "http/connection.h"

#include "base/ascii.h"
#include "base/error.h"

#include "http/framing.h"
#include "http/refine.h"
#include <sys/socket.h>

#include <algorithm>
#include <limits>

namespace forecart {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kFirstBytes = 4096;
constexpr std::size_t kPieceBytes = 65536;
/// Of what came and is not parsed yet: a line of a chunk or a trailer has no other limit.
constexpr std::size_t kMostUnparsed = 2 * kPieceBytes;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Request head_of(const http::request_header<>& header) {
  Request request;
  request.method = std::string(view(header.method_string()));
  request.target = std::string(view(header.target()));
  for (const auto& field : header) {
    request.headers.emplace_back(ascii_lower(view(field.name_string())),
                                 std::string(view(field.value())));
  }
  return request;
}

/// Where there is no memory for it the process goes on; the answer needs none.
Answer refined(const Request& request, Answer answer) {
  try {
    return refine(request, std::move(answer));
  } catch (const std::exception&) {
    return {.status = 503, .type = ""};
  }
}

}  // namespace

Connection::Connection(ConnectionContext& context, asio::ip::tcp::socket socket,
                       std::shared_ptr<asio::ssl::context> tls)
    : context_(context), stream_(std::move(socket), std::move(tls)) {
  buffer_.max_size(kMostUnparsed);
  Failure ignored;
  peer_ = stream_.socket().remote_endpoint(ignored).address().to_string();
  context_.connections.insert(this);
  ++context_.of_address[peer_];
  context_.metrics.set(Metric::http_connections, static_cast<double>(context_.connections.size()));
}

Connection::~Connection() {
  if (context_.streams.erase(this) > 0) context_.count_streams();
  context_.connections.erase(this);
  if (--context_.of_address[peer_] == 0) context_.of_address.erase(peer_);
  context_.metrics.set(Metric::http_connections, static_cast<double>(context_.connections.size()));
}

void Connection::start() {
  if (!stream_.encrypted()) return wait_for_request();
  idle_ = true;
  expire_after(context_.options.head_limit);
  stream_.async_handshake([self = shared_from_this()](const Failure& failure) {
    self->idle_ = false;
    if (!failure) return self->wait_for_request();
    self->count_refused("tls");
    self->close();
  });
}

void Connection::stop() {
  if (idle_) close();
}

void Connection::wait_for_request() {
  if (context_.stopping) return close();
  if (buffer_.size() > 0) return read_head();
  idle_ = true;
  expire_after(context_.options.idle_limit);
  stream_.async_read_some(buffer_.prepare(kFirstBytes),
                          [self = shared_from_this()](const Failure& failure, std::size_t bytes) {
                            self->idle_ = false;
                            if (failure) return self->close();
                            self->buffer_.commit(bytes);
                            self->read_head();
                          });
}

void Connection::read_head() {
  begun_ = Clock::now();
  task_.reset();
  request_ = {};
  sink_.reset();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(context_.options.most_head_bytes));
  // The sink has the limit of the route; no limit at all is one of nothing in Boost 1.74.
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
  expire_after(context_.options.head_limit);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const Failure& failure, std::size_t) {
                            self->head_is_read(failure);
                          });
}

void Connection::head_is_read(const Failure& failure) {
  if (failure) return refuse_head(failure);
  request_ = head_of(parser_->get());
  request_.peer = peer_;
  request_.encrypted = stream_.encrypted();
  if (const auto fault = ambiguity(request_, parser_->get().version()); !fault.empty()) {
    count_refused("malformed");
    return refuse(error_answer(400, "invalid_value", fault, "see RFC 9112, sections 3.2 and 6"));
  }
  decide();
}

void Connection::refuse_head(const Failure& failure) {
  if (failure == beast::error::timeout) {
    count_refused("slow");
    return close();
  }
  if (failure.category() != http::make_error_code(http::error::bad_target).category() ||
      failure == http::error::end_of_stream || failure == http::error::partial_message) {
    return close();
  }
  count_refused("malformed");
  if (failure == http::error::header_limit) {
    return refuse(error_answer(431, "invalid_value", "the head of the request is too large",
                               "send fewer or shorter headers"));
  }
  refuse(error_answer(400, "invalid_value", "this is no HTTP/1.1 request", "see RFC 9112"));
}

void Connection::decide() {
  std::optional<std::int64_t> declared;
  if (const auto length = parser_->content_length()) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    declared = static_cast<std::int64_t>(std::min<std::uint64_t>(*length, kMost));
  }
  if (auto decision = context_.service.decide(request_, declared, Patience::none)) {
    return decided(std::move(*decision));
  }
  have_done(
      Lane::quick,
      [this, declared] { return *context_.service.decide(request_, declared, Patience::any); },
      [this](Service::Decision decision) { decided(std::move(decision)); });
}

template <class Work, class Then>
void Connection::have_done(Lane lane, Work work, Then then) {
  stream_.tcp().expires_never();
  const auto self = shared_from_this();
  const auto result = std::make_shared<std::optional<decltype(work())>>();
  context_.lanes.add(
      lane, {.is_wanted = [self] { return self->is_there(); },
             .work = [work = std::move(work), result] { result->emplace(work()); },
             .then = [self, then = std::move(then), result] { then(std::move(**result)); },
             .refuse =
                 [self] {
                   self->count_refused("busy");
                   self->refuse(error_answer(
                       Error(ErrorCode::unavailable,
                             "the server has too much of this to do; try again in a few seconds")));
                 }});
}

/// Whether its client has not gone while this waited.
bool Connection::is_there() {
  char next = 0;
  return ::recv(stream_.socket().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
}

void Connection::decided(Service::Decision decision) {
  if (auto* const answer = std::get_if<Answer>(&decision)) {
    return parser_->is_done() ? respond(std::move(*answer), parser_->keep_alive())
                              : refuse(std::move(*answer));
  }
  task_ = std::move(std::get<std::unique_ptr<Task>>(decision));
  try {
    take_body();
  } catch (const Error& error) {
    refuse(error_answer(error));
  }
}

void Connection::take_body() {
  sink_.emplace(*task_, context_.options.work_folder);
  if (parser_->is_done()) return handle();
  if (ascii_lower(request_.header("expect")) == "100-continue") return let_go_on();
  read_body();
}

void Connection::let_go_on() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  expire_after(context_.options.stall_limit);
  asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                    [self = shared_from_this()](const Failure& failure, std::size_t) {
                      failure ? self->close() : self->read_body();
                    });
}

void Connection::read_body() {
  const auto& options = context_.options;
  const std::chrono::milliseconds earned(sink_->bytes() * 1000 / options.least_rate);
  stream_.tcp().expires_at(
      std::min(Clock::now() + options.stall_limit, begun_ + options.body_limit + earned));
  piece_.resize(kPieceBytes);
  auto& body = parser_->get().body();
  body.data = piece_.data();
  body.size = piece_.size();
  http::async_read_some(stream_, buffer_, *parser_,
                        [self = shared_from_this()](const Failure& failure, std::size_t) {
                          self->body_is_read(failure);
                        });
}

void Connection::body_is_read(const Failure& failure) {
  if (failure == beast::error::timeout) {
    count_refused("slow");
    return close();
  }
  if (failure && failure != http::error::need_buffer) {
    count_refused("malformed");
    return close();
  }
  if (!keep_piece(piece_.size() - parser_->get().body().size)) return;
  parser_->is_done() ? handle() : read_body();
}

bool Connection::keep_piece(std::size_t bytes) {
  try {
    if (sink_->add({piece_.data(), bytes})) return true;
    refuse(too_large(task_->most_body_bytes()));
  } catch (const Error& error) {
    refuse(error_answer(error));
  }
  return false;
}

void Connection::handle() {
  sink_->move_to(request_);
  sink_.reset();
  std::vector<char>().swap(piece_);
  const bool keep = parser_->keep_alive();
  if (auto answer = task_->answer(request_, Patience::none)) {
    return respond(refined(request_, std::move(*answer)), keep);
  }
  have_done(
      task_->lane(), [this] { return refined(request_, *task_->answer(request_, Patience::any)); },
      [this, keep](Answer answer) { respond(std::move(answer), keep); });
}

void Connection::count_refused(const char* reason) {
  context_.metrics.add(Metric::http_refused, 1, {reason});
}

}  // namespace forecart
