#pragma once

#include "base/durable_file.h"
#include "base/hash.h"

#include "http/message.h"
#include "http/service.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace forecart {

/// Takes the body of a request piece by piece to where its task wants it.
class BodySink {
 public:
  /// A file lies in `folder`, readable by its owner only. Throws Error as Descriptor does.
  BodySink(const Task& task, const std::filesystem::path& folder);

  /// False, and nothing is taken, where it becomes larger than the task allows.
  bool add(std::string_view bytes);
  std::int64_t bytes() const { return bytes_; }
  /// Hands over what was taken; the sink is done.
  void move_to(Request& request);

 private:
  std::int64_t most_bytes_;
  std::int64_t bytes_ = 0;
  std::string memory_;
  std::shared_ptr<const WorkFile> file_;
  std::optional<Descriptor> descriptor_;
  Sha256 hash_;
};

}  // namespace forecart
