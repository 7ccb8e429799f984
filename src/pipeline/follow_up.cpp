#include "pipeline/follow_up.h"

#include "base/durable_file.h"
#include "base/hash.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

std::string key_of(const std::string& dataset) {
  return fmt::format("work/{}/{}", dataset, kFollowUp);
}

void keep(Repository& repository, const std::string& dataset, const FollowUp& follow_up) {
  repository.write_json(
      key_of(dataset),
      {{"run", follow_up.run}, {"tries", follow_up.tries}, {"begun", follow_up.begun}});
}

}  // namespace

std::optional<FollowUp> owed_follow_up(const Repository& repository, const std::string& dataset) {
  const auto text = repository.store().read(key_of(dataset));
  if (!text) return std::nullopt;
  try {
    const json owed = json::parse(*text);
    return FollowUp{owed.at("run").get<std::string>(), owed.at("tries").get<int>(),
                    owed.at("begun").get<std::string>()};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

void owe_follow_up(Repository& repository, const std::string& dataset, const std::string& run) {
  keep(repository, dataset, {.run = run, .begun = ""});
}

FollowUp begin_follow_up(Repository& repository, const std::string& dataset,
                         const std::string& run) {
  FollowUp next{.run = run, .begun = make_stamp(sha256(process_name()))};
  if (const auto owed = owed_follow_up(repository, dataset); owed && owed->run == run) {
    next.tries = owed->tries;
  }
  ++next.tries;
  keep(repository, dataset, next);
  return next;
}

void settle_follow_up(Repository& repository, const std::string& dataset, const std::string& run) {
  const auto owed = owed_follow_up(repository, dataset);
  if (!owed || owed->run == run) repository.store().remove(key_of(dataset));
}

}  // namespace forecart
