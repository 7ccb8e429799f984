#include "pipeline/cancellation.h"

#include "base/durable_file.h"
#include "base/hash.h"
#include "base/time.h"
#include "base/utc_text.h"
#include "pipeline/known_datasets.h"
#include "pipeline/lease.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>

namespace forecart {

namespace {

using nlohmann::json;

std::string cancel_key(const std::string& dataset) {
  return fmt::format("work/{}/cancel.json", dataset);
}

/// Other than all before.
std::string new_stamp(const std::string& dataset) {
  static std::atomic<unsigned> counter{0};
  return make_stamp(sha256(fmt::format("{}-{}-{}", dataset, process_name(), counter++)));
}

}  // namespace

bool is_worked_on(const Repository& repository, const std::string& dataset) {
  const ObjectStore& store = repository.store();
  const auto lease = store.read(fmt::format("work/{}/lease.json", dataset));
  return lease && is_live_lease(*lease, store.now());
}

CancelReport cancel_work(Repository& repository, const std::string& dataset) {
  require_known_dataset(repository, dataset);
  ObjectStore& store = repository.store();
  CancelReport report;
  report.dataset = dataset;
  const WaitingWork waiting = waiting_work(repository, dataset);
  // First what was asked for, then the object: whoever begins after the object is there finds no
  // request any more, and who began before sees the object.
  for (const std::string& key : waiting.asked) store.remove(key);
  report.withdrawn = waiting.asked.size();
  repository.write_json(cancel_key(dataset),
                        {{"stamp", new_stamp(dataset)}, {"at", utc_text(store.now())}});
  report.working = is_worked_on(repository, dataset);
  if (waiting.files == 0 && !report.working) forget_failure(repository, dataset);
  return report;
}

json to_json(const CancelReport& report) {
  return {
      {"dataset", report.dataset}, {"withdrawn", report.withdrawn}, {"working", report.working}};
}

std::optional<Cancellation> last_cancellation(const Repository& repository,
                                              const std::string& dataset) {
  const auto bytes = repository.store().read(cancel_key(dataset));
  const json told = bytes ? json::parse(*bytes, nullptr, false) : json();
  const auto is_text = [&told](const char* name) {
    return told.contains(name) && told.at(name).is_string();
  };
  if (!told.is_object() || !is_text("stamp") || !is_text("at")) return std::nullopt;
  return Cancellation{told.at("stamp").get<std::string>(), told.at("at").get<std::string>()};
}

Cancelled::Cancelled(const std::string& dataset, const std::string& run)
    : Error(ErrorCode::conflict,
            fmt::format("run {} of '{}' was cancelled, and nothing of it is published; run again "
                        "where that was a mistake",
                        run, dataset)) {}

CancelWatch::CancelWatch(const Repository& repository, const std::string& dataset)
    : repository_(repository),
      key_(cancel_key(dataset)),
      before_(read()),
      around_(current_interruption()) {
  thread_ = std::thread([this] { keep_looking(); });
}

CancelWatch::~CancelWatch() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

bool CancelWatch::is_cancelled() {
  if (cancelled_) return true;
  const std::string now = read();
  if (now.empty() || now == before_) return false;
  cancelled_ = true;
  interruption_.ask();
  return true;
}

std::string CancelWatch::read() const {
  return repository_.store().read(key_).value_or("");
}

void CancelWatch::keep_looking() {
  auto next = std::chrono::steady_clock::now() + kCancelLook;
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kInterruptionLook, [this] { return over_; })) {
    if (around_ != nullptr && around_->is_asked()) return interruption_.ask();
    if (std::chrono::steady_clock::now() < next) continue;
    lock.unlock();
    try {
      if (is_cancelled()) return;
    } catch (...) {  // whatever it is: nobody would catch it here; the next look is soon
    }
    next = std::chrono::steady_clock::now() + kCancelLook;
    lock.lock();
  }
}

}  // namespace forecart
