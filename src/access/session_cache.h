#pragma once

#include "access/session_record.h"

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace forecart {

/// What is known of sessions, by the hashes of their secrets, for a while; the longest unused go
/// first. That there is no session of a hash stays so: secrets are random, and a session is stored
/// before its secret is given out. Safe for several threads.
class SessionCache {
 public:
  enum class Known {
    no,     ///< ask the store
    stale,  ///< ask it again; until `freshness` from now the others will not
    fresh,
    gone,  ///< there is none, or none any more
  };
  struct Look {
    Known known = Known::no;
    std::optional<Session> session = {};  ///< where stale or fresh
  };

  SessionCache(std::chrono::milliseconds freshness, std::size_t most_kept)
      : freshness_(freshness), most_kept_(most_kept) {}

  Look look(const std::string& hash, Instant now);
  /// The same where it is fresh or gone, else `no`; marks nothing.
  Look recall(const std::string& hash, Instant now) const;
  /// Nothing where it is known to be gone: then it is nothing that comes too late.
  std::optional<Session> keep(const std::string& hash, const Session& session, Instant now);
  void keep_gone(const std::string& hash);
  void forget(const std::string& hash);
  std::size_t size() const;

 private:
  struct Entry {
    std::string hash;
    std::optional<Session> session;  ///< nothing: gone
    Instant fresh_until;
  };
  using Place = std::list<Entry>::iterator;

  /// To the front, made where it is missing.
  Entry& place(const std::string& hash);

  std::chrono::milliseconds freshness_;
  std::size_t most_kept_;
  mutable std::mutex mutex_;
  std::list<Entry> order_;  ///< the last used first
  std::unordered_map<std::string, Place> known_;
};

}  // namespace forecart
