#include "server/session.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <limits>

namespace forecart {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kFirstBytes = 4096;
constexpr std::size_t kMostDrained = 1024 * 1024;
constexpr std::chrono::seconds kDrainLimit{2};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Request head_of(const http::request_header<>& header) {
  Request request;
  request.method = std::string(view(header.method_string()));
  request.target = std::string(view(header.target()));
  for (const auto& field : header) {
    request.headers.emplace_back(lower(view(field.name_string())),
                                 std::string(view(field.value())));
  }
  return request;
}

/// A method as a label: what clients make up counts as one.
std::string method_label(const std::string& method) {
  constexpr std::array<std::string_view, 7> kKnown{"GET",    "HEAD",    "POST", "PUT",
                                                   "DELETE", "OPTIONS", "PATCH"};
  const bool known = std::find(kKnown.begin(), kKnown.end(), method) != kKnown.end();
  return known ? method : "other";
}

}  // namespace

Session::Session(SessionContext& context, asio::ip::tcp::socket socket)
    : context_(context), stream_(std::move(socket)) {
  context_.sessions.insert(this);
  context_.metrics.set(Metric::http_connections, static_cast<double>(context_.sessions.size()));
}

Session::~Session() {
  context_.sessions.erase(this);
  context_.metrics.set(Metric::http_connections, static_cast<double>(context_.sessions.size()));
}

void Session::stop() {
  if (idle_) close();
}

void Session::wait_for_request() {
  if (context_.stopping) return close();
  if (buffer_.size() > 0) return read_head();
  idle_ = true;
  stream_.expires_after(context_.options.idle_limit);
  stream_.async_read_some(buffer_.prepare(kFirstBytes),
                          [self = shared_from_this()](const Failure& failure, std::size_t bytes) {
                            self->idle_ = false;
                            if (failure) return self->close();
                            self->buffer_.commit(bytes);
                            self->read_head();
                          });
}

void Session::read_head() {
  begun_ = Clock::now();
  route_ = nullptr;
  request_ = {};
  sink_.reset();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(context_.options.most_head_bytes));
  // The sink has the limit of the route; no limit at all is one of nothing in Boost 1.74.
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
  stream_.expires_after(context_.options.head_limit);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const Failure& failure, std::size_t) {
                            self->head_is_read(failure);
                          });
}

void Session::head_is_read(const Failure& failure) {
  if (failure) return refuse_head(failure);
  request_ = head_of(parser_->get());
  if (parser_->get().version() == 11 && request_.header("host").empty()) {
    return refuse(error_answer(400, "invalid_value", "the request has no Host header",
                               "send one, as HTTP/1.1 asks for"));
  }
  decide();
}

void Session::refuse_head(const Failure& failure) {
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

void Session::decide() {
  std::optional<std::int64_t> declared;
  if (const auto length = parser_->content_length()) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    declared = static_cast<std::int64_t>(std::min<std::uint64_t>(*length, kMost));
  }
  auto decision = context_.routes.decide(request_, declared);
  if (const auto* const answer = std::get_if<Answer>(&decision)) {
    return parser_->is_done() ? respond(*answer, parser_->keep_alive()) : refuse(*answer);
  }
  route_ = std::get<const Route*>(decision);
  try {
    take_body();
  } catch (const Error& error) {
    refuse(error_answer(error));
  }
}

void Session::take_body() {
  sink_.emplace(*route_, context_.options.work_folder);
  if (parser_->is_done()) return handle();
  if (lower(request_.header("expect")) == "100-continue") return let_go_on();
  read_body();
}

void Session::let_go_on() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(context_.options.stall_limit);
  asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                    [self = shared_from_this()](const Failure& failure, std::size_t) {
                      failure ? self->close() : self->read_body();
                    });
}

void Session::read_body() {
  const auto& options = context_.options;
  const std::chrono::milliseconds earned(sink_->bytes() * 1000 / options.least_rate);
  stream_.expires_at(
      std::min(Clock::now() + options.stall_limit, begun_ + options.body_limit + earned));
  auto& body = parser_->get().body();
  body.data = piece_.data();
  body.size = piece_.size();
  http::async_read_some(stream_, buffer_, *parser_,
                        [self = shared_from_this()](const Failure& failure, std::size_t) {
                          self->body_is_read(failure);
                        });
}

void Session::body_is_read(const Failure& failure) {
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

bool Session::keep_piece(std::size_t bytes) {
  try {
    if (sink_->add({piece_.data(), bytes})) return true;
    refuse(too_large(route_->most_bytes));
  } catch (const Error& error) {
    refuse(error_answer(error));
  }
  return false;
}

void Session::handle() {
  sink_->move_to(request_);
  sink_.reset();
  stream_.expires_never();
  const bool keep = parser_->keep_alive();
  if (route_->instant) return respond(context_.routes.answer(request_), keep);
  asio::post(context_.workers, [self = shared_from_this(), keep]() mutable {
    Answer answer = self->context_.routes.answer(self->request_);
    self->request_.file.reset();
    auto& io = self->context_.io;
    asio::post(io, [self = std::move(self), answer = std::move(answer), keep] {
      self->respond(answer, keep);
    });
  });
}

void Session::refuse(const Answer& answer) {
  sink_.reset();
  respond(answer, false);
}

void Session::respond(const Answer& answer, bool keep_alive) {
  keep_alive_ = keep_alive && !context_.stopping;
  serializer_.reset();
  response_.emplace(static_cast<http::status>(answer.status), 11);
  response_->set(http::field::content_type, answer.type);
  response_->set(http::field::cache_control, "no-store");
  response_->set("x-content-type-options", "nosniff");
  for (const auto& [name, value] : answer.headers) response_->set(name, value);
  response_->body() = answer.body;
  response_->keep_alive(keep_alive_);
  response_->prepare_payload();
  serializer_.emplace(*response_);
  serializer_->split(request_.method == "HEAD");
  tell(answer.status);
  write_some();
}

void Session::write_some() {
  stream_.expires_after(context_.options.stall_limit);
  http::async_write_some(
      stream_, *serializer_, [self = shared_from_this()](const Failure& failure, std::size_t) {
        if (failure) return self->close();
        const bool all = self->request_.method == "HEAD" ? self->serializer_->is_header_done()
                                                         : self->serializer_->is_done();
        all ? self->is_answered() : self->write_some();
      });
}

void Session::is_answered() {
  if (keep_alive_) return wait_for_request();
  Failure ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  if (context_.stopping) return close();
  drained_ = 0;
  idle_ = true;
  stream_.expires_after(kDrainLimit);
  drain();
}

/// A client that still sends would lose the answer to a reset if this just closed.
void Session::drain() {
  stream_.async_read_some(asio::buffer(piece_),
                          [self = shared_from_this()](const Failure& failure, std::size_t bytes) {
                            self->drained_ += bytes;
                            if (failure || self->drained_ > kMostDrained) return self->close();
                            self->drain();
                          });
}

void Session::close() {
  Failure ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
}

void Session::count_refused(const char* reason) {
  context_.metrics.add(Metric::http_refused, 1, {reason});
}

void Session::tell(int status) {
  const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
  const std::string route = route_ == nullptr ? "other" : route_->pattern;
  const std::string method = method_label(request_.method);
  context_.metrics.add(Metric::http_requests, 1, {route, method, std::to_string(status)});
  context_.metrics.observe(Metric::http_request_seconds, seconds, {route});
  const std::initializer_list<LogField> fields{
      {"method", method}, {"route", route}, {"status", status}, {"seconds", seconds}};
  if (status >= 500) return context_.log.warning("request failed", fields);
  const bool usual = route_ != nullptr && route_->instant;
  usual ? context_.log.debug("request", fields) : context_.log.info("request", fields);
}

}  // namespace forecart
