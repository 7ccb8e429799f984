#pragma once

#include "base/error.h"
#include "store/forwarding_store.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace forecart {

/// When a FailingStore fails.
struct FailurePlan {
  std::int64_t every = 0;    ///< each n-th call; 0: none
  std::int64_t only = 0;     ///< this call alone, counted from 1; 0: none
  bool after = false;        ///< the call has taken effect when it fails, as with a lost answer
  bool writes_only = false;  ///< reads and listings are neither counted nor failed
  ErrorCode code = ErrorCode::unavailable;
};

/// A store for tests of those above it: does what another one does, but fails as planned, throwing
/// Error. A failed listing has shown one object where `after`. `work_folder`, `now` and
/// `is_settled` never fail.
/// Safe for several threads.
class FailingStore final : public ForwardingStore {
 public:
  FailingStore(std::shared_ptr<ObjectStore> store, FailurePlan plan);

  /// Calls that were counted so far.
  std::int64_t calls() const { return calls_; }
  /// From the next call on, which counts as the first.
  void follow(FailurePlan plan);

  std::optional<std::string> read(std::string_view key) const override;
  std::optional<StoredObject> get(std::string_view key) const override;
  bool exists(std::string_view key) const override;
  std::optional<ObjectInfo> info(std::string_view key) const override;
  void put(std::string_view key, std::string_view bytes) override;
  void put_file(std::string_view key, const std::filesystem::path& file) override;
  bool put_if_absent(std::string_view key, std::string_view bytes) override;
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override;
  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override;
  void remove(std::string_view key) override;
  std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) override;
  std::filesystem::path fetch(std::string_view key) const override;
  void sweep(std::chrono::hours older) override;
  std::optional<std::string> presigned_url(std::string_view key,
                                           std::chrono::seconds valid) const override;

 private:
  template <typename Call>
  auto pass(bool is_write, std::string_view what, std::string_view key, const Call& call) const;

  FailurePlan plan_;
  mutable std::atomic<std::int64_t> calls_{0};
};

}  // namespace forecart
