#include "server/json_body.h"
#include "server/routes.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

namespace forecart {

namespace {

/// Whether the store answers, asked at most once in kFresh, and once at a time, however often this
/// is: the answer before holds meanwhile.
class Readiness {
 public:
  explicit Readiness(Repository& repository) : repository_(repository) {}

  bool operator()() {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return ready_;
    const auto now = std::chrono::steady_clock::now();
    if (asked_ && now - *asked_ < kFresh) return ready_;
    ready_ = answers();
    asked_ = now;
    return ready_;
  }

 private:
  static constexpr std::chrono::seconds kFresh{2};

  bool answers() const {
    try {
      return repository_.store().exists("forecart.json");
    } catch (const Error&) {
      return false;
    }
  }

  Repository& repository_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> asked_;
  std::atomic<bool> ready_{false};
};

Answer ready_answer(bool ready) {
  if (ready) return {.body = "{\"status\":\"ready\"}\n"};
  return error_answer(503, "unavailable", "the repository does not answer",
                      "see forecart doctor and the server's log");
}

}  // namespace

void add_watching_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Status", object_schema(R"({"status": {"type": "string"}})"));
  table.add({.method = "GET",
             .pattern = "/healthz",
             .summary = "The process answers.",
             .answer_schema = "Status",
             .instant = true,
             .handle = [](const Call&) { return Answer{.body = "{\"status\":\"ok\"}\n"}; }});
  const auto readiness = std::make_shared<Readiness>(services.repository);
  table.add({.method = "GET",
             .pattern = "/readyz",
             .summary = "Its repository answers too.",
             .answer_schema = "Status",
             .handle = [readiness](const Call&) { return ready_answer((*readiness)()); }});
  table.add({.method = "GET",
             .pattern = "/metrics",
             .summary = "Metrics in Prometheus' text format.",
             .clearance = Clearance::service,
             .types = {"text/plain"},
             .instant = true,
             .handle = [&metrics = services.metrics](const Call&) {
               return Answer{.body = metrics.prometheus_text(),
                             .type = "text/plain; version=0.0.4; charset=utf-8"};
             }});
}

}  // namespace forecart
