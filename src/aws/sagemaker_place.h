#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// Where SageMaker lays things for a container, and looks for what it leaves: below /opt/ml.
class SagemakerPlace {
 public:
  explicit SagemakerPlace(std::filesystem::path root) : root_(std::move(root)) {}

  using Path = std::filesystem::path;
  const Path& root() const { return root_; }
  Path hyperparameters() const { return root_ / "input/config/hyperparameters.json"; }
  Path channels() const { return root_ / "input/config/inputdataconfig.json"; }
  Path training_hosts() const { return root_ / "input/config/resourceconfig.json"; }
  Path channel(const std::string& name) const { return root_ / "input/data" / name; }
  Path model() const { return root_ / "model"; }
  Path data() const { return root_ / "output/data"; }
  Path failure() const { return root_ / "output/failure"; }
  Path checkpoints() const { return root_ / "checkpoints"; }
  Path processing() const { return root_ / "config/processingjobconfig.json"; }
  Path processing_hosts() const { return root_ / "config/resourceconfig.json"; }
  Path input(const std::string& name) const { return root_ / "processing/input" / name; }
  Path output(const std::string& name) const { return root_ / "processing/output" / name; }
  Path message() const { return root_ / "output/message"; }

 private:
  std::filesystem::path root_;
};

/// The files below a folder, by name, but for those whose name or folder begins with "." or "_";
/// none where there is no such folder. Throws Error unreadable for what is no file, as a pipe.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);

/// Bytes of a file of settings. Throws Error not_found, unreadable or, where it is larger than a
/// megabyte, bad_data.
std::string read_small_file(const std::filesystem::path& file);

/// The text, cut to so many bytes between two characters.
std::string cut_text(std::string text, std::size_t most_bytes);

/// Says why work has failed in the file whose beginning SageMaker shows. What cannot be written is
/// left: the exit status tells it too.
void leave_message(const std::filesystem::path& file, const std::string& message);

}  // namespace forecart
