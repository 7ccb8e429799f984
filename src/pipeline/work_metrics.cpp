#include "pipeline/work_metrics.h"

#include "base/process_usage.h"
#include "pipeline/alerting.h"
#include "pipeline/run_quality.h"
#include "pipeline/stamp_time.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

double number(const json& object, const char* name) {
  return object.contains(name) && object.at(name).is_number() ? object.at(name).get<double>() : 0;
}

double seconds_between(Instant from, Instant to) {
  return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

void tell(MetricSet& metrics, const std::string& dataset, const PanelQuality& quality) {
  if (quality.mase) metrics.set(Metric::run_error, *quality.mase, {dataset, quality.panel});
  if (quality.bias) metrics.set(Metric::run_bias, *quality.bias, {dataset, quality.panel});
  for (const auto& [level, share] : quality.coverage) {
    metrics.set(Metric::coverage, share, {dataset, quality.panel, level});
  }
  if (quality.error_above_band) {
    metrics.set(Metric::run_error_above_band, *quality.error_above_band, {dataset, quality.panel});
  }
}

}  // namespace

void WorkMetrics::count(const json& report) {
  const std::string dataset = report.at("dataset");
  if (report.at("busy").get<bool>()) return;
  {
    const std::lock_guard lock(mutex_);
    ++reports_[dataset];
  }
  if (report.at("inbox").is_object()) count_inbox(dataset, report.at("inbox"));
  if (report.at("run").is_object()) count_run(dataset, report.at("run"));
  if (report.value("cancelled", false)) metrics_.add(Metric::runs, 1, {dataset, "cancelled"});
  if (report.at("failure").is_object()) {
    count_failure(dataset, report.at("failure").at("code").get<std::string>());
  }
  metrics_.set(Metric::alerts_active, static_cast<double>(report.at("alerts").size()), {dataset});
}

void WorkMetrics::count_failure(const std::string& dataset, const std::string& code) {
  metrics_.add(Metric::failures, 1, {dataset, code});
}

void WorkMetrics::count_inbox(const std::string& dataset, const json& inbox) {
  metrics_.add(Metric::files_taken, number(inbox, "taken"), {dataset});
  metrics_.add(Metric::files_dead, number(inbox, "dead"), {dataset});
  metrics_.add(Metric::rows_read, number(inbox, "rows_read"), {dataset});
  metrics_.add(Metric::rows_accepted, number(inbox, "rows_accepted"), {dataset});
  metrics_.add(Metric::rows_rejected, number(inbox, "rows_rejected"), {dataset});
  keep_last_sale(dataset, inbox.value("last", json()));
  if (inbox.contains("usage")) count_usage(inbox.at("usage"));
}

void WorkMetrics::count_run(const std::string& dataset, const json& run) {
  const bool published = run.at("published").get<bool>();
  metrics_.add(Metric::runs, 1, {dataset, published ? "published" : "lost"});
  if (published) keep_current_run(dataset, run.at("run"));
  count_cost(dataset, run.at("cost"));
  for (const PanelQuality& panel : quality_in_report(run)) tell(metrics_, dataset, panel);
  const json& usage = run.at("usage");
  metrics_.add(Metric::run_core_seconds, number(usage, "core_seconds"), {dataset});
  for (const json& stage : usage.at("stages")) {
    metrics_.observe(Metric::run_stage_seconds, number(stage, "seconds"), {stage.at("stage")});
  }
  count_usage(usage);
}

/// On every platform that could have made it as it is.
void WorkMetrics::count_cost(const std::string& dataset, const json& cost) {
  for (const json& offer : cost.at("platforms")) {
    if (!offer.at("fits").get<bool>()) continue;
    metrics_.add(Metric::run_cost, number(offer, "total"), {dataset, offer.at("platform")});
  }
}

void WorkMetrics::count_usage(const json& usage) {
  for (const auto& [operation, requests] : usage.at("requests").items()) {
    metrics_.add(Metric::store_requests, requests.get<double>(), {operation});
  }
  metrics_.add(Metric::store_bytes, number(usage, "bytes_read"), {"read"});
  metrics_.add(Metric::store_bytes, number(usage, "bytes_written"), {"written"});
}

void WorkMetrics::keep_last_sale(const std::string& dataset, const json& last) {
  if (!last.is_string()) return;
  const auto time = parse_instant(last.get<std::string>(), {});
  if (!time) return;
  const std::lock_guard lock(mutex_);
  const auto [known, fresh] = last_sales_.emplace(dataset, *time);
  if (!fresh) known->second = std::max(known->second, *time);
}

void WorkMetrics::keep_current_run(const std::string& dataset, const json& run) {
  const auto made = time_of_stamp(run.get<std::string>());
  if (!made) return;
  const std::lock_guard lock(mutex_);
  const auto [known, fresh] = current_runs_.emplace(dataset, *made);
  if (!fresh) known->second = std::max(known->second, *made);
}

void WorkMetrics::restore(const Repository& repository, const std::string& dataset) {
  const auto uploads = repository.store().list(fmt::format("uploads/{}/", dataset));
  if (uploads.empty()) return;
  const json record = repository.read_json(uploads.back());
  keep_last_sale(dataset, record.at("counts").value("last", json()));
  while (!restore_quality(repository, dataset)) {
  }
  if (const auto current = repository.current(dataset)) {
    keep_current_run(dataset, current->at("run"));
  }
  tell_ages(repository.store().now());
  const std::lock_guard lock(mutex_);
  if (waiting_.try_emplace(dataset, 0).second) metrics_.set(Metric::files_waiting, 0, {dataset});
}

/// False where a worker has told something newer meanwhile.
bool WorkMetrics::restore_quality(const Repository& repository, const std::string& dataset) {
  std::unique_lock lock(mutex_);
  const std::size_t reports = reports_[dataset];
  lock.unlock();
  const std::vector<PanelQuality> panels = quality_of_current_run(repository, dataset);
  const auto alerts = static_cast<double>(read_alerts(repository, dataset).active.size());
  lock.lock();
  if (reports_[dataset] != reports) return false;
  for (const PanelQuality& panel : panels) tell(metrics_, dataset, panel);
  metrics_.set(Metric::alerts_active, alerts, {dataset});
  return true;
}

void WorkMetrics::tell_queue(const Repository& repository) {
  const auto waiting = waiting_work(repository);
  const Instant now = repository.store().now();
  double oldest = 0;
  std::map<std::string, std::size_t> files;
  for (const WaitingWork& work : waiting) {
    files[work.dataset] = work.files;
    oldest = std::max(oldest, seconds_between(work.oldest, now));
  }
  metrics_.set(Metric::queue_depth, static_cast<double>(waiting.size()));
  metrics_.set(Metric::queue_oldest, oldest);
  const std::lock_guard lock(mutex_);
  for (const auto& [dataset, count] : waiting_) {
    if (!files.contains(dataset)) metrics_.set(Metric::files_waiting, 0, {dataset});
  }
  for (const auto& [dataset, count] : files) {
    metrics_.set(Metric::files_waiting, static_cast<double>(count), {dataset});
  }
  waiting_ = std::move(files);
}

void WorkMetrics::tell_ages(Instant now) {
  const std::lock_guard lock(mutex_);
  for (const auto& [dataset, last] : last_sales_) {
    metrics_.set(Metric::data_age, seconds_between(last, now), {dataset});
  }
  for (const auto& [dataset, made] : current_runs_) {
    metrics_.set(Metric::forecast_age, seconds_between(made, now), {dataset});
  }
}

void WorkMetrics::look(const Repository& repository) {
  tell_queue(repository);
  tell_ages(repository.store().now());
}

void WorkMetrics::refresh(const Repository& repository) {
  look(repository);
  const ProcessUsage usage = process_usage();
  metrics_.raise_to(Metric::process_core_seconds, usage.core_seconds());
  metrics_.set(Metric::process_peak_bytes, static_cast<double>(usage.peak_bytes));
  const Traffic now = repository.traffic();
  const auto grown = [&](std::int64_t Traffic::*count) {
    return static_cast<double>(now.*count - told_.*count);
  };
  metrics_.add(Metric::store_requests, grown(&Traffic::gets), {"get"});
  metrics_.add(Metric::store_requests, grown(&Traffic::heads), {"head"});
  metrics_.add(Metric::store_requests, grown(&Traffic::puts), {"put"});
  metrics_.add(Metric::store_requests, grown(&Traffic::lists), {"list"});
  metrics_.add(Metric::store_requests, grown(&Traffic::deletes), {"delete"});
  metrics_.add(Metric::store_bytes, grown(&Traffic::bytes_read), {"read"});
  metrics_.add(Metric::store_bytes, grown(&Traffic::bytes_written), {"written"});
  told_ = now;
}

}  // namespace forecart
