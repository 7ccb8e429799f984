#include "http/body_sink.h"

#include "base/durable_file.h"

#include <fcntl.h>

#include <utility>

namespace forecart {

BodySink::BodySink(const Task& task, const std::filesystem::path& folder)
    : most_bytes_(task.most_body_bytes()) {
  if (task.body_place() != BodyPlace::file) return;
  make_folder(folder);
  file_ = std::make_shared<WorkFile>(folder, ".part");
  descriptor_.emplace(file_->path(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
  using std::filesystem::perms;
  std::filesystem::permissions(file_->path(), perms::owner_read | perms::owner_write);
}

bool BodySink::add(std::string_view bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (size > most_bytes_ - bytes_) return false;
  bytes_ += size;
  if (descriptor_) {
    descriptor_->write_all(bytes);
    hash_.add(bytes);
  } else {
    memory_ += bytes;
  }
  return true;
}

void BodySink::move_to(Request& request) {
  request.body = std::move(memory_);
  if (!file_) return;
  descriptor_.reset();
  request.file = std::move(file_);
  request.file_bytes = bytes_;
  request.file_hash = hash_.hex();
}

}  // namespace forecart
