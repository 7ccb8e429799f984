#include "base/zone_table.h"

#include "base/error.h"
#include "base/zone_rule.h"

#include <algorithm>
#include <cstdint>

namespace forecart {

namespace {

using std::chrono::local_time;
using std::chrono::microseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::sys_time;

constexpr sys_seconds kNever = sys_seconds::max();
constexpr std::chrono::year kLastYear{2262};

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorCode::bad_data, std::string("a file of a time zone ") + what);
}

/// Bytes of a file from front to back, never past its end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) fail("ends too soon");
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  /// A number of so many bytes, the highest first, in two's complement.
  template <typename Integer>
  Integer number() {
    std::uint64_t value = 0;
    for (const char byte : take(sizeof(Integer))) {
      value = value << 8U | static_cast<unsigned char>(byte);
    }
    return static_cast<Integer>(value);
  }

  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

/// RFC 8536, 3.1.
struct Header {
  char version = 0;
  std::uint32_t utc_flags = 0;
  std::uint32_t standard_flags = 0;
  std::uint32_t leap_seconds = 0;
  std::uint32_t changes = 0;
  std::uint32_t kinds = 0;
  std::uint32_t letters = 0;

  explicit Header(Reader& reader) {
    if (reader.take(4) != "TZif") fail("does not begin as such a file does");
    version = reader.number<char>();
    reader.take(15);
    for (std::uint32_t* count :
         {&utc_flags, &standard_flags, &leap_seconds, &changes, &kinds, &letters}) {
      *count = reader.number<std::uint32_t>();
      if (*count > 10'000) fail("has more entries than any zone");
    }
    if (kinds == 0) fail("knows no offset");
  }

  /// Bytes of what follows, with times of so many bytes.
  std::size_t size(std::size_t time) const {
    return changes * (time + 1) + kinds * std::size_t{6} + letters + leap_seconds * (time + 4) +
           standard_flags + utc_flags;
  }
};

std::vector<seconds> read_offsets(Reader& reader, const Header& header) {
  std::vector<seconds> offsets;
  for (std::uint32_t i = 0; i < header.kinds; ++i) {
    offsets.emplace_back(reader.number<std::int32_t>());
    reader.take(2);  // whether it is saving, and its letters
  }
  reader.take(header.letters + header.standard_flags + header.utc_flags);
  return offsets;
}

sys_seconds read_time(Reader& reader) {
  constexpr std::int64_t kBigBang = -(std::int64_t{1} << 59U);  // as zic writes it
  const auto time = reader.number<std::int64_t>();
  if (time < kBigBang || time > -kBigBang) fail("has a time that never was");
  return sys_seconds(seconds(time));
}

std::string_view read_rule(std::string_view rest) {
  if (rest.size() < 2 || rest.front() != '\n' || rest.back() != '\n') fail("has no end");
  return rest.substr(1, rest.size() - 2);
}

}  // namespace

ZoneTable ZoneTable::parse(std::string_view file) {
  Reader reader(file);
  const Header old(reader);
  if (old.version < '2') fail("is older than 2005");
  reader.take(old.size(4));
  const Header header(reader);
  if (header.leap_seconds > 0) fail("counts leap seconds");
  Reader times(reader.take(header.changes * std::size_t{8}));
  Reader kinds(reader.take(header.changes));
  const std::vector<seconds> offsets = read_offsets(reader, header);
  ZoneTable table;
  seconds offset = offsets.front();  // before the first change, 3.2
  for (std::uint32_t i = 0; i < header.changes; ++i) {
    const sys_seconds end = read_time(times);
    if (i > 0 && end <= table.spans_.back().end) fail("is not in order");
    table.spans_.push_back({end, offset});
    const auto kind = kinds.number<std::uint8_t>();
    if (kind >= offsets.size()) fail("names an offset that it does not have");
    offset = offsets[kind];
  }
  table.spans_.push_back({kNever, offset});
  const std::string_view rule = read_rule(reader.rest());
  if (!rule.empty()) table.add_changes(rule);
  return table;
}

void ZoneTable::add_changes(std::string_view text) {
  const ZoneRule rule = ZoneRule::parse(text);
  if (!rule.begin) return;
  std::vector<Span> changes;  // of each the time, and the offset before it
  for (std::chrono::year year{1970}; year <= kLastYear; ++year) {
    const auto at = [&](const ZoneRule::Change& change, seconds before) {
      return sys_seconds(change.in(year).time_since_epoch() - before);
    };
    changes.push_back({at(*rule.begin, rule.standard), rule.standard});
    changes.push_back({at(*rule.end, rule.saving), rule.saving});
  }
  std::sort(changes.begin(), changes.end(),
            [](const Span& a, const Span& b) { return a.end < b.end; });
  const sys_seconds known =
      spans_.size() > 1 ? spans_[spans_.size() - 2].end : sys_seconds(seconds(0));
  spans_.pop_back();
  for (const Span& change : changes) {
    if (change.end > known) spans_.push_back(change);
  }
  const bool saves = changes.back().offset == rule.standard;
  spans_.push_back({kNever, saves ? rule.saving : rule.standard});
}

seconds ZoneTable::offset(sys_seconds instant) const {
  return std::partition_point(spans_.begin(), spans_.end() - 1,
                              [&](const Span& span) { return span.end <= instant; })
      ->offset;
}

sys_time<microseconds> ZoneTable::instant(local_time<microseconds> civil) const {
  const seconds clock = floor<seconds>(civil.time_since_epoch());
  const auto span = std::partition_point(spans_.begin(), spans_.end() - 1, [&](const Span& one) {
    return one.end.time_since_epoch() + one.offset <= clock;
  });
  const bool skipped =
      span != spans_.begin() && sys_seconds(clock - span->offset) < (span - 1)->end;
  if (skipped) return (span - 1)->end;
  return sys_time<microseconds>(civil.time_since_epoch() - span->offset);
}

}  // namespace forecart
