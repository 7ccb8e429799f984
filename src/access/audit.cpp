#include "access/audit.h"

#include "store/sealed_json.h"

#include "access/record.h"
#include "access/secret.h"

#include <algorithm>
#include <deque>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kRoom = "audit/";
constexpr std::size_t kLongestText = 256;
constexpr std::size_t kMostBounded = 60;  ///< in a minute
constexpr std::size_t kRandomBytes = 4;

std::string day_of(Instant at) {
  return to_utc(at).substr(0, 10);
}

/// "20261127T123000.123456Z"; sorts by time.
std::string stamp_of(Instant at) {
  std::string text = to_utc(at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string key_of(Instant at, const std::string& stamp) {
  return fmt::format("{}{}/{}.json", kRoom, day_of(at), stamp);
}

/// The first key that an entry of that moment, or a later one, could have.
std::string first_key(Instant at) {
  return fmt::format("{}{}/{}", kRoom, day_of(at), stamp_of(at));
}

/// "20261127T123000.123456Z-0a1b2c3d": of its day.
std::string key_of_stamp(const std::string& stamp) {
  const bool plain = std::all_of(stamp.begin(), stamp.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == 'T' || c == 'Z' || c == '.' ||
           c == '-';
  });
  if (!plain || stamp.size() != 32) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' names no entry of the audit; give `next` of the page before",
                            stamp.substr(0, 40)));
  }
  return fmt::format("{}{}-{}-{}/{}.json", kRoom, stamp.substr(0, 4), stamp.substr(4, 2),
                     stamp.substr(6, 2), stamp);
}

/// At most so many bytes, and UTF-8: what is none becomes the sign for that.
void cut(std::string& text) {
  if (text.size() > kLongestText) text.resize(kLongestText);
  const std::string dumped = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  text = json::parse(dumped).get<std::string>();
}

void cut_texts(AuditEntry& entry) {
  for (std::string* text :
       {&entry.by.who, &entry.by.address, &entry.what, &entry.on, &entry.outcome}) {
    cut(*text);
  }
  for (auto& value : entry.detail) {
    if (value.is_string()) cut(value.get_ref<std::string&>());
  }
}

/// One that is not as it was written tells only that.
AuditEntry entry_at(const std::string& key, const std::string& text) {
  try {
    return parse_audit_entry(text);
  } catch (const Error&) {
    const std::size_t begin = key.rfind('/') + 1;
    AuditEntry damaged{.by = {}, .what = "audit.damaged", .on = key, .outcome = "bad_data"};
    damaged.stamp = key.substr(begin, key.rfind('.') - begin);
    return damaged;
  }
}

}  // namespace

Audit::Audit(ObjectStore& store, std::function<Instant()> clock)
    : store_(store), clock_(std::move(clock)) {}

void Audit::write(AuditEntry entry) {
  cut_texts(entry);
  do {
    entry.at = clock_();
    entry.stamp = fmt::format("{}-{}", stamp_of(entry.at), random_hex(kRandomBytes));
  } while (!store_.put_if_absent(key_of(entry.at, entry.stamp), to_text(entry)));
}

void Audit::write_bounded(AuditEntry entry) {
  {
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_();
    if (now - minute_ >= std::chrono::minutes(1)) {
      minute_ = now;
      within_ = 0;
    }
    if (within_ >= kMostBounded) {
      ++left_out_;
      return;
    }
    ++within_;
    if (left_out_ > 0) entry.detail["left_out_before"] = left_out_;
    left_out_ = 0;
  }
  write(std::move(entry));
}

/// The last `most` keys in between, newest first: of spans that double in length, back from the
/// end, so that neither a busy day nor a long silence takes many pages of listings.
std::vector<std::string> Audit::keys_between(Instant from, Instant to, const std::string& before,
                                             std::size_t most) const {
  std::vector<std::string> keys;
  auto span = std::chrono::hours(24);
  for (Instant end = to; end > from && keys.size() < most; span *= 2) {
    const Instant begin = end - from > span ? end - span : from;
    const std::string last = std::min(before, first_key(end));
    std::deque<std::string> newest;
    store_.list_objects({kRoom, first_key(begin)}, [&](const ObjectInfo& object) {
      if (object.key >= last) return false;
      newest.push_back(object.key);
      if (newest.size() > most - keys.size()) newest.pop_front();
      return true;
    });
    keys.insert(keys.end(), newest.rbegin(), newest.rend());
    end = begin;
  }
  return keys;
}

std::vector<AuditEntry> Audit::read(const AuditQuery& query) const {
  if (query.most == 0 || query.most > kMostEntries) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{} entries cannot be read at once; ask for 1 to {}", query.most,
                            kMostEntries));
  }
  const std::string before = query.before.empty() ? "audit0" : key_of_stamp(query.before);
  std::vector<AuditEntry> entries;
  const Instant from = std::max(query.from, Instant{});  // nothing is older
  const Instant to = std::min(query.to, clock_() + std::chrono::hours(24));
  for (const std::string& key : keys_between(from, to, before, query.most)) {
    if (const auto text = store_.read(key)) entries.push_back(entry_at(key, *text));
  }
  return entries;
}

json to_json(const AuditEntry& entry) {
  return {{"at", to_utc(entry.at)}, {"who", entry.by.who}, {"from", entry.by.address},
          {"what", entry.what},     {"on", entry.on},      {"outcome", entry.outcome},
          {"detail", entry.detail}, {"stamp", entry.stamp}};
}

std::string to_text(const AuditEntry& entry) {
  return sealed_text(to_json(entry));
}

AuditEntry parse_audit_entry(std::string_view text) {
  return read_record(text, "an entry of the audit", [](const json& record) {
    return AuditEntry{.by = {.who = record.at("who").get<std::string>(),
                             .address = record.at("from").get<std::string>()},
                      .what = record.at("what").get<std::string>(),
                      .on = record.at("on").get<std::string>(),
                      .outcome = record.at("outcome").get<std::string>(),
                      .detail = record.at("detail"),
                      .at = from_utc(record.at("at").get<std::string>()),
                      .stamp = record.at("stamp").get<std::string>()};
  });
}

}  // namespace forecart
