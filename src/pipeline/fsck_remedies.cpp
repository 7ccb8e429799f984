#include "pipeline/fsck_remedies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

/// Of "a/b/name.json".
std::string stem(const std::string& key) {
  const std::size_t begin = key.rfind('/') + 1;
  return key.substr(begin, key.rfind('.') - begin);
}

}  // namespace

std::vector<std::string> key_parts(std::string_view key) {
  std::vector<std::string> parts;
  for (std::size_t slash = 0; slash != std::string_view::npos;) {
    slash = key.find('/');
    parts.emplace_back(key.substr(0, slash));
    if (slash != std::string_view::npos) key.remove_prefix(slash + 1);
  }
  return parts;
}

bool can_be_set_aside(const std::string& key) {
  constexpr std::array<std::string_view, 7> kRooms{"models",  "sales", "rejects", "runs",
                                                   "current", "work",  "dead"};
  const auto parts = key_parts(key);
  return parts.size() > 1 && std::ranges::count(kRooms, parts.front()) > 0;
}

std::string Remedies::operator()(const std::string& key, const std::string& named_by) const {
  const auto parts = key_parts(key);
  const std::string& room = parts.front();
  const std::string dataset = parts.size() > 1 ? parts[1] : "";
  if (key == "forecart.json") {
    return fmt::format("{}, with {{\"format\": 1}} in FILE; then {}", bring("FILE", key),
                       command("init"));
  }
  if (room == "raw") return bring("ORIGINAL_FILE", key) + " (its SHA-256 is its name)";
  if (room == "models") return of_models(named_by);
  if (room == "sales" || room == "rejects") {
    return fmt::format("{}; then {} cleans and merges the files again from raw/", repair(),
                       command("run", dataset));
  }
  if (room == "uploads") {
    return fmt::format(
        "{}; then ingest its files again: {} FILES (their bytes lie below raw/, those that are "
        "known already do not count twice)",
        remove(key), command("ingest", dataset));
  }
  if (room == "runs" && parts.size() >= 3) return of_run(parts);
  if (room == "current" && parts.size() == 2) {
    return fmt::format("{}; then {} publishes a new run", repair(), command("run", stem(key)));
  }
  if (room == "work") return repair() + "; forecart work finds by itself what is to be done";
  if (room == "dead") {
    return fmt::format("{}; then put the original file into inbox/{} again", repair(), dataset);
  }
  if (room == "datasets" && parts.back() == "overrides.json") {
    return remove(key) + "; the audit tells who made overrides, who must make them again";
  }
  if (room == "datasets") {
    return fmt::format("correct {}; runs keep the settings they had below raw/", path(key));
  }
  if (room == "access") return of_access(key);
  if (room == "audit") return fmt::format("what it told is lost: {}", remove(key));
  if (room == "prices.toml") return fmt::format("correct it, or {}", remove(key));
  return "";
}

std::string Remedies::command(std::string_view words, const std::string& dataset) const {
  return fmt::format("forecart {} --repository {}{}{}", words, place_,
                     dataset.empty() ? "" : " --dataset ", dataset);
}

std::string Remedies::path(const std::string& key) const {
  return fmt::format("{}{}{}", place_, place_.ends_with('/') ? "" : "/", key);
}

std::string Remedies::remove(const std::string& key) const {
  return fmt::format("{} {}", place_.starts_with("s3://") ? "aws s3 rm" : "rm", path(key));
}

std::string Remedies::bring(const std::string& file, const std::string& key) const {
  return fmt::format("{} {} {}", place_.starts_with("s3://") ? "aws s3 cp" : "cp", file, path(key));
}

std::string Remedies::of_access(const std::string& key) const {
  if (key != "access/users.json") return remove(key) + ": whom it let in signs in again";
  return fmt::format("bring it back from a copy: {}; without one, {} and then {} NAME --role admin",
                     bring("FILE", key), remove(key), command("user add"));
}

std::string Remedies::of_run(const std::vector<std::string>& parts) const {
  return fmt::format(
      "{} where it is neither the current run nor proves it; else first {} --retrain always",
      repair(), command("run", parts[1]));
}

std::string Remedies::of_models(const std::string& named_by) const {
  const auto parts = key_parts(named_by);
  const std::string dataset = parts.size() > 1 ? parts[1] : "DATASET";
  return fmt::format(
      "{0}; where the current run names it, {1} --retrain always fits again, and {0} then sets the "
      "old run aside",
      repair(), command("run", dataset));
}

}  // namespace forecart
