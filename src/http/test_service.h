#pragma once

#include "http/service.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace forecart {

/// For tests of bytes: a task for a method and a target each, and 404 for the rest.
class TestService final : public Service {
 public:
  struct Entry {
    std::function<Answer(const Request&)> handle;
    BodyPlace body = BodyPlace::none;
    std::int64_t most_bytes = 0;
    bool instant = false;
    Lane lane = Lane::quick;
  };

  /// `what` is "GET /path".
  void add(const std::string& what, Entry entry) { entries_[what] = std::move(entry); }

  std::optional<Decision> decide(const Request& head, std::optional<std::int64_t> declared_bytes,
                                 Patience) const override {
    const std::string method = head.method == "HEAD" ? "GET" : head.method;
    const auto found = entries_.find(method + " " + head.target);
    if (found == entries_.end()) return error_answer(404, "not_found", "nothing is there", "");
    if (declared_bytes.value_or(0) > found->second.most_bytes) {
      return too_large(found->second.most_bytes);
    }
    return std::make_unique<EntryTask>(found->second, head.target);
  }

 private:
  class EntryTask final : public Task {
   public:
    EntryTask(const Entry& entry, std::string label) : entry_(entry), label_(std::move(label)) {}
    BodyPlace body_place() const override { return entry_.body; }
    std::int64_t most_body_bytes() const override { return entry_.most_bytes; }
    Lane lane() const override { return entry_.lane; }
    const std::string& label() const override { return label_; }
    std::optional<Answer> answer(const Request& request, Patience patience) override {
      if (!entry_.instant && patience == Patience::none) return std::nullopt;
      return entry_.handle(request);
    }

   private:
    const Entry& entry_;
    std::string label_;
  };

  std::map<std::string, Entry> entries_;
};

}  // namespace forecart
