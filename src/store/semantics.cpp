#include "store/semantics.h"

#include "base/error.h"
#include "base/parallel.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <random>

namespace forecart {

namespace {

/// A key that nobody else has; removed at the end.
class ProbeKey {
 public:
  explicit ProbeKey(ObjectStore& store) : store_(store) {
    std::random_device random;  // no result depends on it
    key_ = fmt::format("probe/{}-{:08x}{:08x}", getpid(), random(), random());
  }
  ~ProbeKey() {
    try {
      store_.remove(key_);
    } catch (const std::exception&) {
      // a small object stays behind; the probe has said what it had to
    }
  }
  ProbeKey(const ProbeKey&) = delete;
  ProbeKey& operator=(const ProbeKey&) = delete;

  const std::string& get() const { return key_; }

 private:
  ObjectStore& store_;
  std::string key_;
};

/// How many of `writers` at once were told that they won. The bytes of the last of them are in
/// `winner`.
unsigned winners(unsigned writers, std::string& winner,
                 const std::function<bool(const std::string&)>& write) {
  std::atomic<unsigned> won{0};
  std::atomic<unsigned> last{0};
  parallel_for(writers, writers, [&](std::size_t i) {
    if (!write(fmt::format("writer {}", i))) return;
    ++won;
    last = static_cast<unsigned>(i);
  });
  winner = fmt::format("writer {}", last.load());
  return won;
}

/// Empty where exactly one of all won, what it wrote is there, and who comes late loses.
std::string fault_of(ObjectStore& store, const std::string& key, unsigned writers,
                     const std::function<bool(const std::string&)>& write) {
  std::string winner;
  try {
    const unsigned won = winners(writers, winner, write);
    if (won != 1) return fmt::format("{} of {} writers at once won", won, writers);
    if (store.read(key) != winner) return "what the winner wrote is not there";
    if (write("late")) return "a late writer won";
    return store.read(key) == winner ? "" : "a late writer lost, but its bytes are there";
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unavailable) throw;
    return error.what();
  }
}

}  // namespace

StoreSemantics probe_semantics(ObjectStore& store, unsigned writers) {
  const ProbeKey key(store);
  const std::string absent = fault_of(store, key.get(), writers, [&](const std::string& bytes) {
    return store.put_if_absent(key.get(), bytes);
  });
  store.put(key.get(), "before");
  const auto before = store.get(key.get());
  if (!before) throw Error(ErrorCode::unreadable, "what was just written cannot be read");
  const std::string match = fault_of(store, key.get(), writers, [&](const std::string& bytes) {
    return store.put_if_match(key.get(), bytes, before->tag);
  });
  StoreSemantics found{
      .put_if_absent = absent.empty(), .put_if_match = match.empty(), .finding = {}};
  if (!absent.empty()) found.finding = "put if absent: " + absent;
  if (!match.empty()) {
    found.finding += fmt::format("{}put if match: {}", absent.empty() ? "" : "; ", match);
  }
  return found;
}

}  // namespace forecart
