#include "server/report_shelf.h"

#include "base/hash.h"
#include "pipeline/overrides.h"
#include "pipeline/sales_cache.h"
#include "pipeline/version.h"
#include "server/report_state.h"

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

nlohmann::json overrides_json(const Repository& repository, const std::string& dataset) {
  nlohmann::json list = nlohmann::json::array();
  for (const Override& one : read_overrides(repository, dataset)) list.push_back(to_json(one));
  return list;
}

}  // namespace

ReportShelf::ReportShelf(const RouteTable& table, RouteServices services, ReportShelfLimits limits)
    : table_(table), services_(std::move(services)), limits_(limits) {}

std::string ReportShelf::tag(const ReportRequest& request) const {
  constexpr std::size_t kDigits = 32;
  const Repository& repository = services_.repository;
  const ReportAnswers answers(table_, report_scope(services_, request));
  const auto& [dataset, run, current] = answers.scope();
  const nlohmann::ordered_json all{
      kVersion,
      dataset,
      run,
      current,
      request.series,
      services_.sales->state(dataset)->version,
      repository.store().read(Repository::config_key(dataset)).value_or(""),
      overrides_json(repository, dataset),
      report_status(answers),
      report_runs(answers),
      answers.ask(answers.get("rejects"))};
  return sha256(all.dump()).substr(0, kDigits);
}

ReportShelf::Found ReportShelf::find(const ReportRequest& request) {
  while (true) {
    const std::string now = tag(request);
    std::unique_lock lock(mutex_);
    if (auto report = recall(now)) return {now, std::move(report)};
    if (!making_.contains(now) && making_.size() < limits_.most_at_once) {
      making_.insert(now);
      lock.unlock();
      return make(request, now);
    }
    done_.wait(lock,
               [&] { return !making_.contains(now) && making_.size() < limits_.most_at_once; });
  }
}

ReportShelf::Found ReportShelf::make(const ReportRequest& request, const std::string& now) {
  const auto end = [this, &now](void*) {
    const std::lock_guard lock(mutex_);
    making_.erase(now);
    done_.notify_all();
  };
  const std::unique_ptr<void, decltype(end)> ending(this, end);
  auto report = std::make_shared<const Report>(make_report(table_, services_, request));
  services_.metrics.add(Metric::reports_made, 1);
  if (tag(request) != now) return {"", std::move(report)};
  put({now, report});
  return {now, std::move(report)};
}

std::shared_ptr<const Report> ReportShelf::recall(const std::string& wanted) {
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Kept& kept) { return kept.tag == wanted; });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return kept_.front().report;
}

void ReportShelf::put(Kept kept) {
  if (kept.report->html.size() > limits_.most_bytes) return;
  const std::lock_guard lock(mutex_);
  kept_.push_front(std::move(kept));
  std::size_t bytes = 0;
  std::size_t count = 0;
  const auto too_many = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& one) {
    bytes += one.report->html.size();
    return ++count > limits_.most || bytes > limits_.most_bytes;
  });
  kept_.erase(too_many, kept_.end());
}

}  // namespace forecart
