#include "pipeline/lease.h"

#include "base/durable_file.h"
#include "base/utc_text.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace forecart {

namespace {

using nlohmann::json;

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string text(std::istreambuf_iterator<char>(file), {});
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// Processes with the same one see each other's numbers: the same start of the same kernel, the
/// same name space of processes.
std::string this_host() {
  std::error_code ignored;
  const auto space = std::filesystem::read_symlink("/proc/self/ns/pid", ignored);
  return text_of_file("/proc/sys/kernel/random/boot_id") + "/" + space.string();
}

/// When a process was started, in ticks since the host was; "" if there is no such process. Numbers
/// of processes are used again, but not with the same start.
std::string start_of(std::int64_t process) {
  const std::string stat = text_of_file(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = stat.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return "";
  std::size_t at = name_end;
  constexpr int kFieldsToStart = 20;  // proc(5): starttime is field 22, the name field 2
  for (int i = 0; i < kFieldsToStart && at != std::string::npos; ++i) at = stat.find(' ', at + 1);
  return at == std::string::npos ? "" : stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

json parsed(const std::string& text) {
  return json::parse(text, nullptr, false);
}

/// Whether the kernel told both parts of it (not where /proc is hidden).
bool is_known_host(std::string_view host) {
  const std::size_t slash = host.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < host.size();
}

/// A process that another one has taken the number of is gone; so is a number that nobody has, but
/// not one whose start is hidden from us (hidepid).
bool is_gone(const json& lease, std::string_view here) {
  if (!is_known_host(here) || lease.value("host", "") != here) return false;
  const auto process = lease.value("process", std::int64_t{0});
  const std::string start = start_of(process);
  if (!start.empty()) return start != lease.value("started", "");
  return process <= 0 || (kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH);
}

bool is_live(const json& lease, Instant now, std::string_view here) {
  if (!lease.is_object() || !lease.value("held", false)) return false;
  const auto until = parse_instant(lease.value("until", ""), {});
  return until && now < *until && !is_gone(lease, here);
}

std::string new_holder() {
  static std::atomic<unsigned> counter{0};
  return fmt::format("{}/{}-{}", this_host(), process_name(), counter++);
}

}  // namespace

bool is_live_lease(const std::string& text, Instant now) {
  return is_live_lease(text, now, this_host());
}

bool is_live_lease(const std::string& text, Instant now, std::string_view here) {
  return is_live(parsed(text), now, here);
}

std::unique_ptr<Lease> Lease::take(ObjectStore& store, std::string key,
                                   std::chrono::seconds valid) {
  std::unique_ptr<Lease> lease(new Lease(store, std::move(key), valid, new_holder()));
  if (!lease->claim()) {
    lease->over_ = true;
    return nullptr;
  }
  lease->keeper_ = std::thread([raw = lease.get()] { raw->keep(); });
  return lease;
}

Lease::Lease(ObjectStore& store, std::string key, std::chrono::seconds valid, std::string holder)
    : store_(store), key_(std::move(key)), valid_(valid), holder_(std::move(holder)) {}

Lease::~Lease() {
  {
    const std::lock_guard lock(mutex_);
    if (over_) return;  // never held
    over_ = true;
  }
  ended_.notify_all();
  if (keeper_.joinable()) keeper_.join();  // not where the claim itself threw
  try {
    write(false);
  } catch (const std::exception&) {  // it runs out by itself
  }
}

bool Lease::is_held() const {
  const std::lock_guard lock(mutex_);
  return !over_ && Clock::now() + std::chrono::milliseconds(valid_) / 2 < held_until_;
}

bool Lease::claim() {
  held_until_ = Clock::now() + valid_;
  const json claim{{"holder", holder_},   {"host", this_host()},
                   {"process", getpid()}, {"started", start_of(getpid())},
                   {"held", true},        {"until", utc_text(store_.now() + valid_)}};
  if (store_.put_if_absent(key_, sealed_text(claim))) return true;
  const auto now = store_.get(key_);
  if (now && is_live_lease(now->bytes, store_.now())) return false;
  return now ? store_.put_if_match(key_, sealed_text(claim), now->tag)
             : store_.put_if_absent(key_, sealed_text(claim));
}

/// Renews or gives back, unless another has it by now.
bool Lease::write(bool held) {
  const auto now = store_.get(key_);
  if (!now) return false;
  json lease = parsed(now->bytes);
  if (!lease.is_object() || lease.value("holder", "") != holder_) return false;
  lease["held"] = held;
  lease["until"] = utc_text(store_.now() + valid_);
  return store_.put_if_match(key_, sealed_text(lease), now->tag);
}

void Lease::renew() {
  const auto begun = Clock::now();
  const bool renewed = write(true);
  const std::lock_guard lock(mutex_);
  held_until_ = renewed ? begun + valid_ : Clock::time_point::min();
}

void Lease::keep() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, std::chrono::milliseconds(valid_) / 3, [this] { return over_; })) {
    lock.unlock();
    try {
      renew();
    } catch (...) {  // whatever it is: nobody would catch it here; tried again in a while
    }
    lock.lock();
  }
}

}  // namespace forecart
