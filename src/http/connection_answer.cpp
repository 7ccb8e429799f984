#include "base/error.h"

#include "http/connection.h"
#include "http/refine.h"
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace forecart {

namespace {

namespace asio = boost::asio;

constexpr std::size_t kPieceBytes = 65536;
constexpr std::size_t kMostDrained = 1024 * 1024;
constexpr std::chrono::seconds kDrainLimit{2};

/// A method as a label: what clients make up counts as one.
std::string method_label(const std::string& method) {
  constexpr std::array<std::string_view, 7> kKnown{"GET",    "HEAD",    "POST", "PUT",
                                                   "DELETE", "OPTIONS", "PATCH"};
  const bool known = std::find(kKnown.begin(), kKnown.end(), method) != kKnown.end();
  return known ? method : "other";
}

}  // namespace

void Connection::refuse(Answer answer) {
  sink_.reset();
  respond(std::move(answer), false);
}

void Connection::respond(Answer answer, bool keep_alive) {
  keep_alive_ = keep_alive && !context_.stopping && !answer.events;
  sending_.emplace();
  sending_->answer = std::move(answer);
  try {
    open_file();
  } catch (const Error& error) {
    sending_->answer = error_answer(error);
  }
  sending_->head = head_text(sending_->answer, keep_alive_, stream_.encrypted());
  sending_->left = request_.method == "HEAD" ? 0 : sending_->answer.bytes();
  request_.file.reset();
  tell(sending_->answer.status);
  write_some();
}

void Connection::open_file() {
  const Answer& answer = sending_->answer;
  if (!answer.file) return;
  sending_->file.emplace(answer.file->path, O_RDONLY | O_CLOEXEC);
  piece_.resize(kPieceBytes);
}

/// What to send next: of the head and, behind it, of the body. None but the last is empty: Beast
/// 1.74 would send nothing over TLS where the first is.
std::array<asio::const_buffer, 2> Connection::next_bytes() {
  const asio::const_buffer head(sending_->head.data() + sending_->head_sent,
                                sending_->head.size() - sending_->head_sent);
  const asio::const_buffer body = next_of_body();
  if (head.size() == 0) return {body, {}};
  return {head, body};
}

asio::const_buffer Connection::next_of_body() {
  Sending& sending = *sending_;
  if (sending.left == 0) return {};
  if (!sending.file) {
    const auto left = static_cast<std::size_t>(sending.left);
    const std::string& body = sending.answer.body;
    return {body.data() + body.size() - left, left};
  }
  if (sending.piece_sent == sending.piece_size) {
    const FileBody& body = *sending.answer.file;
    const std::int64_t at = body.offset + body.bytes - sending.left;
    const auto most = std::min<std::int64_t>(kPieceBytes, sending.left);
    const ssize_t got =
        ::pread(sending.file->number(), piece_.data(), static_cast<std::size_t>(most), at);
    sending.piece_sent = 0;
    sending.piece_size = got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  return {piece_.data() + sending.piece_sent, sending.piece_size - sending.piece_sent};
}

void Connection::count_sent(std::size_t bytes) {
  Sending& sending = *sending_;
  const std::size_t of_head = std::min(bytes, sending.head.size() - sending.head_sent);
  sending.head_sent += of_head;
  sending.left -= static_cast<std::int64_t>(bytes - of_head);
  sending.piece_sent += bytes - of_head;
}

void Connection::write_some() {
  const auto& options = context_.options;
  const std::int64_t gone = sending_->answer.bytes() - sending_->left;
  const std::chrono::milliseconds earned(gone * 1000 / options.least_rate);
  stream_.tcp().expires_at(
      std::min(Clock::now() + options.stall_limit, sending_->begun + options.body_limit + earned));
  const auto bytes = next_bytes();
  // A file that became shorter: what was promised cannot be sent.
  if (asio::buffer_size(bytes) == 0) return close();
  stream_.async_write_some(
      bytes, [self = shared_from_this()](const Failure& failure, std::size_t sent) {
        if (failure) return self->close();
        self->count_sent(sent);
        const Sending& sending = *self->sending_;
        const bool all = sending.left == 0 && sending.head_sent == sending.head.size();
        all ? self->is_answered() : self->write_some();
      });
}

void Connection::is_answered() {
  const bool goes_on = sending_->answer.events.has_value() && request_.method != "HEAD";
  if (goes_on) return begin_events();
  sending_.reset();
  std::vector<char>().swap(piece_);
  if (keep_alive_) return wait_for_request();
  if (context_.stopping) return close();
  end_sending();
}

void Connection::begin_events() {
  events_ = std::make_unique<Events>();
  events_->request = std::move(*sending_->answer.events);
  events_->end = Clock::now() + context_.options.stream_limit;
  if (events_->request.after == 0) events_->request.after = context_.hub->last();
  sending_.reset();
  parser_.reset();
  task_.reset();
  request_ = {};
  buffer_ = {};
  std::vector<char>().swap(piece_);
  idle_ = true;
  context_.streams.insert(this);
  context_.count_streams();
  if (context_.stopping) return close();
  wait_for_end();
  events_->out = fmt::format("retry: 2000\nid: {}\n\n", events_->request.after);
  write_events();
}

/// A client that gets events has nothing more to say; what it sends ends the stream.
void Connection::wait_for_end() {
  stream_.tcp().expires_never();
  stream_.async_read_some(buffer_.prepare(1), [self = shared_from_this()](
                                                  const Failure&, std::size_t) { self->close(); });
}

void Connection::send_events() {
  if (events_->writing) return;
  auto news = context_.hub->since(events_->request.after, events_->request.wants);
  events_->request.after = news.last;
  events_->out = std::move(news.text);
  if (!events_->out.empty()) write_events();
}

void Connection::beat() {
  const auto now = Clock::now();
  if (now > events_->end) return close();
  if (events_->writing || now - events_->written < context_.options.beat) return;
  // an id without data: nothing happens at the client, but it comes again from there
  events_->out = fmt::format("id: {}\n\n", events_->request.after);
  write_events();
}

void Connection::write_events() {
  events_->writing = true;
  events_->written = Clock::now();
  expire_after(context_.options.stall_limit);
  asio::async_write(stream_, asio::buffer(events_->out),
                    [self = shared_from_this()](const Failure& failure, std::size_t) {
                      if (failure) return self->close();
                      self->events_->writing = false;
                      self->send_events();
                    });
}

/// A client that still sends would lose the answer to a reset if this just closed.
void Connection::end_sending() {
  drained_ = 0;
  idle_ = true;
  expire_after(kDrainLimit);
  if (stream_.encrypted()) {
    return stream_.async_shutdown([self = shared_from_this()](const Failure&) { self->close(); });
  }
  Failure ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  piece_.resize(kPieceBytes);
  drain();
}

void Connection::drain() {
  stream_.async_read_some(asio::buffer(piece_),
                          [self = shared_from_this()](const Failure& failure, std::size_t bytes) {
                            self->drained_ += bytes;
                            if (failure || self->drained_ > kMostDrained) return self->close();
                            self->drain();
                          });
}

void Connection::close() {
  Failure ignored;
  if (context_.streams.erase(this) > 0) context_.count_streams();
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.tcp().close();
}

void Connection::tell(int status) {
  static const std::string kOther = "other";
  const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
  const std::string& refused = sending_->answer.label;
  const std::string& route = task_ ? task_->label() : refused.empty() ? kOther : refused;
  const std::string method = method_label(request_.method);
  context_.metrics.add(Metric::http_requests, 1, {route, method, std::to_string(status)});
  context_.metrics.observe(Metric::http_request_seconds, seconds, {route});
  const std::initializer_list<LogField> fields{
      {"method", method}, {"route", route}, {"status", status}, {"seconds", seconds}};
  if (status >= 500) return context_.log.warning("request failed", fields);
  const bool read = method == "GET" || method == "HEAD";
  read ? context_.log.debug("request", fields) : context_.log.info("request", fields);
}

}  // namespace forecart
