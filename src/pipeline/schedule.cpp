#include "pipeline/schedule.h"

#include "base/utc_text.h"
#include "pipeline/work_queue.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

constexpr auto kMostBetween = std::chrono::minutes(1);

/// What schedule.json says: when it last fired, and whether the run was asked for by then.
struct State {
  Instant last{};
  bool asked = true;
};

std::optional<State> parse(const std::optional<StoredObject>& stored, const std::string& text) {
  if (!stored) return std::nullopt;
  const json value = json::parse(stored->bytes, nullptr, false);
  if (!value.is_object() || !value.contains("schedule") || value["schedule"] != text) {
    return std::nullopt;
  }
  const auto last = value.find("last");
  const auto asked = value.find("asked");
  if (last == value.end() || !last->is_string()) return std::nullopt;
  const auto instant = parse_instant(last->get<std::string>(), {});
  if (!instant) return std::nullopt;
  return State{*instant, asked == value.end() || asked->is_null() || *asked != json(false)};
}

std::string told(const State& state, const std::string& text) {
  return sealed_text({{"schedule", text}, {"last", utc_text(state.last)}, {"asked", state.asked}});
}

/// Writes over what was read; false where another did.
bool write(ObjectStore& store, const std::string& key, const std::optional<StoredObject>& read,
           const std::string& bytes) {
  return read ? store.put_if_match(key, bytes, read->tag) : store.put_if_absent(key, bytes);
}

void ask(Repository& repository, const std::string& dataset, const State& state,
         const std::string& text) {
  const std::string key = fmt::format("work/{}/schedule.json", dataset);
  ask_for_run(repository, dataset, "schedule");
  const auto stored = repository.store().get(key);
  const auto now = parse(stored, text);
  if (now && now->last == state.last) {
    write(repository.store(), key, stored, told({state.last, true}, text));
  }
}

}  // namespace

std::optional<Instant> fire_if_due(Repository& repository, const std::string& dataset,
                                   const Schedule& schedule) {
  ObjectStore& store = repository.store();
  const std::string key = fmt::format("work/{}/schedule.json", dataset);
  const auto stored = store.get(key);
  const Instant now = std::chrono::floor<std::chrono::seconds>(store.now());
  const auto state = parse(stored, schedule.text);
  if (!state) {
    write(store, key, stored, told({now, true}, schedule.text));
    return schedule.cron.next(now, schedule.zone);
  }
  if (!state->asked) {  // whoever fired is about to ask, or has died
    if (now < state->last + kMostBetween) return state->last + kMostBetween;
    ask(repository, dataset, *state, schedule.text);
    return now;  // look again: what is stored has changed
  }
  const auto next = schedule.cron.next(state->last, schedule.zone);
  if (!next || *next > now) return next;
  const State fired{now, false};
  if (write(store, key, stored, told(fired, schedule.text))) {
    ask(repository, dataset, fired, schedule.text);
  }
  return schedule.cron.next(now, schedule.zone);
}

}  // namespace forecart
