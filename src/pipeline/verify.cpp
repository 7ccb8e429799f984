#include "pipeline/verify.h"

#include "base/error.h"
#include "base/hash.h"
#include "models/net/kernel.h"
#include "pipeline/find_run.h"
#include "pipeline/replay.h"
#include "pipeline/run_options.h"
#include "pipeline/run_output.h"
#include "pipeline/state_parts.h"
#include "pipeline/version.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

/// Adds what is wrong with an object whose hash is known.
void check_object(const Repository& repository, const std::string& key, const std::string& hash,
                  std::vector<std::string>& damaged) {
  const auto bytes = repository.store().read(key);
  if (!bytes) {
    damaged.push_back(fmt::format("{} is gone", key));
  } else if (sha256(*bytes) != hash) {
    damaged.push_back(fmt::format("{} has other bytes than were written", key));
  }
}

/// "models/<sha256>" is named after its content.
std::string hash_in_key(const std::string& key) {
  return key.substr(key.rfind('/') + 1);
}

std::vector<std::string> damaged_inputs(const Repository& repository, const json& manifest) {
  std::vector<std::string> hashes = manifest.at("inputs").get<std::vector<std::string>>();
  for (const json& table : manifest.value("input_tables", json::array())) {
    hashes.push_back(table.at("sha256").get<std::string>());
  }
  if (manifest.contains("settings")) hashes.push_back(manifest["settings"].get<std::string>());
  std::vector<std::string> damaged;
  for (const std::string& hash : hashes) {
    check_object(repository, Repository::raw_key(hash), hash, damaged);
  }
  return damaged;
}

/// What is wrong with the run that this one started from, as far as running again reads it.
std::vector<std::string> damaged_start(const Repository& repository, const json& manifest) {
  const json earlier = manifest.value("warm_start_from", json());
  if (earlier.is_null()) return {};
  const std::string key = Repository::run_key(manifest.at("dataset").get<std::string>(),
                                              earlier.get<std::string>(), "manifest.json");
  if (!repository.store().exists(key)) return {fmt::format("{} is gone", key)};
  try {
    json known = repository.read_json(key);
    if (known.contains("tables")) {
      json read = json::object();
      for (const auto& [table, hashes] : known["tables"].items()) {
        if (is_read_again(table)) read[table] = hashes;
      }
      known["tables"] = std::move(read);
    }
    return damaged_results(repository, known);
  } catch (const Error& error) {
    return {error.what()};
  } catch (const json::exception& error) {
    return {fmt::format("{} is damaged: {}", key, error.what())};
  }
}

/// Adds that damage to the report, which may know some of it already: runs share states.
void add_start(const std::vector<std::string>& damaged, const json& manifest,
               VerifyReport& report) {
  const auto earlier = manifest.at("warm_start_from").get<std::string>();
  for (const std::string& damage : damaged) {
    if (std::find(report.damaged.begin(), report.damaged.end(), damage) == report.damaged.end()) {
      report.damaged.push_back(
          fmt::format("{} (of run {}, which it started from)", damage, earlier));
    }
  }
  report.obstacle = fmt::format(
      "run {}, which it started from, is not what it was. Bring that back from a copy; or make a "
      "run that depends on its orders alone: forecart run --retrain always",
      earlier);
}

/// What a panel says when run again that it did not say then.
void add_new_notes(const json& manifest, const RunReport& made, std::vector<std::string>& notes) {
  for (const RunPanel& panel : made.panels) {
    const json before = panel_in(manifest, panel.name);
    const auto known = before.is_null() ? std::vector<std::string>{}
                                        : before.value("notes", std::vector<std::string>{});
    for (const std::string& note : panel.notes) {
      if (std::find(known.begin(), known.end(), note) != known.end()) continue;
      notes.push_back(fmt::format("run again, {}: {}", panel.name, note));
    }
  }
}

/// What people should know of how far the comparison can be trusted.
std::vector<std::string> doubts(const json& manifest) {
  std::vector<std::string> notes;
  const auto version = manifest.at("version").get<std::string>();
  if (version != kVersion) {
    notes.push_back(fmt::format("the run was made by forecart {}, this is {}", version, kVersion));
  }
  if (!manifest.at("options").value("time_budget", json()).is_null()) {
    notes.emplace_back("the run had a time budget: its networks may differ each time");
  }
  if (!manifest.contains("tables")) {
    notes.emplace_back("the run was made by an older forecart, which kept no hashes");
  }
  return notes;
}

/// The kernel to run with: the one asked for, else the run's, else the fastest here.
std::string kernel_for(const VerifyRequest& request, const std::string& recorded) {
  if (request.kernel) return *request.kernel;
  for (const net::Kernel<float>* kernel : net::available_kernels()) {
    if (recorded == kernel->name) return recorded;
  }
  return "";
}

Table stored_table(const Repository& repository, const std::string& dataset, const std::string& run,
                   const std::string& name) {
  return read_table(repository.store().fetch(Repository::run_key(dataset, run, name + ".csv")));
}

/// A table that could not be compared.
TableComparison unreadable(const std::string& name, const std::string& reason) {
  TableComparison result;
  result.table = name;
  result.likeness = Likeness::different;
  result.shape = reason;
  return result;
}

/// Compares all tables of the run with those that were made again.
std::vector<TableComparison> compare(const Repository& repository, const json& manifest,
                                     const Repository& again, const std::string& new_run) {
  const auto dataset = manifest.at("dataset").get<std::string>();
  const auto run = manifest.at("run").get<std::string>();
  const json made = again.read_json(Repository::run_key(dataset, new_run, "manifest.json"));
  const json& hashes = made.at("tables");
  std::vector<TableComparison> result;
  const json recorded = manifest.value("tables", hashes);
  for (const auto& [name, hash] : recorded.items()) {
    try {
      const Table before = stored_table(repository, dataset, run, name);
      result.push_back(compare_tables(name, before, stored_table(again, dataset, new_run, name)));
      const bool said_same = hash.at("content") == hashes.at(name).at("content");
      if (said_same || result.back().likeness != Likeness::same) continue;
      result.back().likeness = Likeness::close;  // numbers that differ below what is compared
    } catch (const Error& error) {
      result.push_back(unreadable(name, error.what()));
    }
  }
  return result;
}

/// Runs again and compares; `report` learns what came of it.
void run_again(const VerifyRequest& request, const Repository& repository, const json& manifest,
               VerifyReport& report) {
  const Replay replay(repository, manifest);
  report.notes.insert(report.notes.end(), replay.notes().begin(), replay.notes().end());
  RunRequest again = request_of(manifest);
  again.repository = replay.folder();
  again.choice.threads = request.threads;
  again.choice.kernel = kernel_for(request, report.kernel);
  again.progress = request.progress;
  const RunReport made = run_dataset(again);
  report.used_kernel = net::best_kernel().name;
  add_new_notes(manifest, made, report.notes);
  report.tables = compare(repository, manifest, Repository::open(replay.folder()), made.run);
}

/// Tables whose numbers say what was forecast; the others speak of the way there.
bool is_forecast(const std::string& table) {
  return table == "forecasts" || table == "backtest";
}

}  // namespace

Likeness VerifyReport::likeness() const {
  Likeness worst = Likeness::same;
  for (const TableComparison& table : tables) {
    const bool counts = kernel == used_kernel || is_forecast(table.table);
    if (counts) worst = std::max(worst, table.likeness);
  }
  return worst;
}

bool VerifyReport::passed() const {
  const Likeness allowed = kernel == used_kernel ? Likeness::same : Likeness::close;
  return damaged.empty() && obstacle.empty() && likeness() <= allowed;
}

std::vector<std::string> damaged_results(const Repository& repository, const json& manifest) {
  std::vector<std::string> damaged;
  const auto dataset = manifest.at("dataset").get<std::string>();
  const auto run = manifest.at("run").get<std::string>();
  const json tables = manifest.value("tables", json::object());
  for (const auto& [table, hashes] : tables.items()) {
    for (const auto& [format, hash] : hashes.items()) {
      if (format == "content") continue;
      check_object(repository,
                   Repository::run_key(dataset, run, fmt::format("{}.{}", table, format)),
                   hash.get<std::string>(), damaged);
    }
  }
  for (const json& model : manifest.value("models", json::array())) {
    for (const std::string& key : told_state(model).keys()) {
      check_object(repository, key, hash_in_key(key), damaged);
    }
  }
  return damaged;
}

VerifyReport verify_run(const VerifyRequest& request) {
  const Repository repository = Repository::open(request.repository);
  const json manifest = find_run(repository, request.dataset, request.run);
  VerifyReport report;
  report.run = manifest.at("run").get<std::string>();
  report.kernel = manifest.at("kernel").get<std::string>();
  report.notes = doubts(manifest);
  report.damaged = damaged_results(repository, manifest);
  const auto inputs = damaged_inputs(repository, manifest);
  report.damaged.insert(report.damaged.end(), inputs.begin(), inputs.end());
  if (!has_results(manifest)) {
    report.obstacle =
        fmt::format("the run {}, there is nothing to compare with",
                    manifest.at("status") == "cancelled" ? "was cancelled" : "failed");
  } else if (!inputs.empty()) {
    report.obstacle = "its inputs are not what they were";
  } else if (const auto start = damaged_start(repository, manifest); !start.empty()) {
    add_start(start, manifest, report);
  } else {
    run_again(request, repository, manifest, report);
  }
  return report;
}

json to_json(const VerifyReport& report) {
  json tables = json::array();
  for (const TableComparison& table : report.tables) tables.push_back(to_json(table));
  return {{"run", report.run},
          {"passed", report.passed()},
          {"likeness", report.obstacle.empty() ? json(to_string(report.likeness())) : json()},
          {"kernel", report.kernel},
          {"used_kernel", report.used_kernel},
          {"damaged", report.damaged},
          {"obstacle", report.obstacle},
          {"tables", std::move(tables)},
          {"notes", report.notes}};
}

}  // namespace forecart
